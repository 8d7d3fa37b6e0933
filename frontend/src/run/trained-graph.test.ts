import { describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import type { GraphDocument, GraphNode } from "../graph/types";
import { trainsTheSame } from "./trained-graph";

const input: GraphNode = {
  id: "in",
  kind: "Input",
  label: "",
  bypassed: false,
  position: { x: 0, y: 0 },
  settings: {},
};
const linear: GraphNode = { ...input, id: "linear", kind: "Linear", settings: { units: 4 } };
const wire = { source: { node: "in", port: "output" }, target: { node: "linear", port: "input" } };
const trained: GraphDocument = { ...emptyDocument(), nodes: [input, linear], wires: [wire] };

describe("trainsTheSame", () => {
  it("does not mind how the graph looks", () => {
    const moved: GraphDocument = {
      ...trained,
      name: "Renamed",
      nodes: [{ ...linear, label: "Hidden", position: { x: 300, y: 40 } }, input],
      notes: [{ id: "n1", text: "Look", position: { x: 0, y: 0 }, width: 200, height: 100 }],
    };
    expect(trainsTheSame(trained, moved)).toBe(true);
  });

  it("takes a setting that is left out for its default", () => {
    const spelled = { ...trained, nodes: [{ ...input, settings: { shape: [1] } }, linear] };
    expect(trainsTheSame(trained, spelled)).toBe(false);
    expect(trainsTheSame(trained, spelled, (kind) => (kind === "Input" ? { shape: [1] } : {}))).toBe(true);
  });

  it("sees another setting, kind, node, wire or way of training", () => {
    const others: GraphDocument[] = [
      { ...trained, nodes: [input, { ...linear, settings: { units: 5 } }] },
      { ...trained, nodes: [input, { ...linear, kind: "Conv2d" }] },
      { ...trained, nodes: [input, linear, { ...linear, id: "more" }] },
      { ...trained, nodes: [input, { ...linear, id: "other" }] },
      { ...trained, wires: [] },
      { ...trained, wires: [{ ...wire, source: { node: "in", port: "other" } }] },
      { ...trained, training: { ...trained.training, batch_size: 8 } },
    ];
    for (const other of others) expect(trainsTheSame(trained, other)).toBe(false);
  });
});
