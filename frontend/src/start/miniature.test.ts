import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import type { GraphDocument } from "../graph/types";
import { miniatureOf } from "./miniature";

const place = fc.record({
  x: fc.integer({ min: -5000, max: 5000 }),
  y: fc.integer({ min: -5000, max: 5000 }),
});

function graphAt(positions: readonly { x: number; y: number }[]): GraphDocument {
  const nodes = positions.map((position, at) => ({
    id: `n${at}`,
    kind: "Add",
    label: "",
    bypassed: false,
    settings: {},
    position,
  }));
  const wires = nodes.slice(1).map(({ id }, at) => ({
    source: { node: `n${at}`, port: "output" },
    target: { node: id, port: "a" },
  }));
  return { ...emptyDocument(), nodes, wires };
}

describe("miniatureOf", () => {
  it("keeps every box inside the picture", () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 30 }), (positions) => {
        const { boxes, boxWidth, boxHeight } = miniatureOf(graphAt(positions), null, 240, 120);
        for (const { x, y } of boxes) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(x + boxWidth).toBeLessThanOrEqual(240);
          expect(y + boxHeight).toBeLessThanOrEqual(120);
        }
      }),
    );
  });

  it("draws the wires that the report says carry gradient differently", () => {
    const graph = graphAt([
      { x: 0, y: 0 },
      { x: 280, y: 0 },
      { x: 560, y: 0 },
    ]);
    const wire = (at: number, carries: boolean) => ({
      source: { node: `n${at - 1}`, port: "output" },
      target: { node: `n${at}`, port: "a" },
      value: { dtype: "float32", shape: [], batched: false, carries_gradient: carries, reason: "" } as const,
    });
    const report = {
      problems: [],
      nodes: {},
      wires: [wire(1, true), wire(2, false)],
      losses: [],
      metrics: [],
      outputs: [],
      totals: { parameters: 0, trainable_parameters: 0, multiply_adds: 0, activation_bytes: 0 },
    };
    expect(miniatureOf(graph, report, 240, 120).wires.map(({ gradient }) => gradient)).toEqual([true, false]);
    expect(miniatureOf(graph, null, 240, 120).wires.map(({ gradient }) => gradient)).toEqual([false, false]);
  });

  it("leaves out wires whose ends are missing", () => {
    const graph = graphAt([{ x: 0, y: 0 }]);
    const dangling = { source: { node: "gone", port: "output" }, target: { node: "n0", port: "a" } };
    expect(miniatureOf({ ...graph, wires: [dangling] }, null, 240, 120).wires).toEqual([]);
  });
});
