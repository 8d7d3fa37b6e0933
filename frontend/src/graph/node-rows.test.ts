import { describe, expect, it } from "vitest";
import { emptyDocument } from "./document";
import { nodeRows } from "./node-rows";
import type { GraphDocument, GraphNode, Problem, Report, ValueReport } from "./types";

const node = (id: string, kind: string, x: number, y = 0): GraphNode => ({
  id,
  kind,
  label: "",
  bypassed: false,
  settings: {},
  position: { x, y },
});
const value = (carries_gradient: boolean): ValueReport => ({
  dtype: "float32",
  shape: [10],
  batched: true,
  carries_gradient,
  reason: "",
});
const output = (name: string, carried: ValueReport | null) => ({ name, description: "", value: carried });
const problem: Problem = {
  code: "missing_input",
  severity: "error",
  message: "Loss: prediction has no wire",
  node: "loss",
  port: "prediction",
  expected: null,
  got: null,
  remedy: "Draw one.",
  fix: null,
};

const graph: GraphDocument = {
  ...emptyDocument(),
  nodes: [
    node("loss", "Loss", 600),
    node("split", "Split", 300),
    node("pixels", "Input", 0, 200),
    node("odd", "Odd", 0),
  ],
  wires: [{ source: { node: "pixels", port: "output" }, target: { node: "split", port: "input_value" } }],
};
const about = (outputs: ReturnType<typeof output>[]) => ({
  inputs: [],
  outputs,
  parameters: 0,
  multiply_adds: 0,
});
const report = {
  nodes: {
    pixels: about([output("output", value(false))]),
    split: about([output("first", value(false)), output("second", value(true))]),
  },
  wires: [],
  problems: [problem],
} as unknown as Report;

describe("the list of nodes", () => {
  const rows = nodeRows(graph, report, ({ id }) => id.toUpperCase());

  it("is read from left to right and from the top", () => {
    expect(rows.map(({ id }) => id)).toEqual(["odd", "pixels", "split", "loss"]);
  });

  it("says where values come from, what goes out and whether gradient does", () => {
    expect(rows[1]).toMatchObject({ gives: ["float32 (10,)"], gradient: "none", receives: [] });
    expect(rows[2]).toMatchObject({
      receives: ["input value from PIXELS"],
      gives: ["first float32 (10,)", "second float32 (10,)"],
      gradient: "carries",
    });
  });

  it("says what it does not know, and what is wrong", () => {
    expect(rows[0]).toMatchObject({ kind: "Odd", gives: [], gradient: "unknown", problems: [] });
    expect(rows[3]).toMatchObject({ problems: [problem], gradient: "unknown" });
    expect(nodeRows(graph, null, ({ id }) => id)[2]?.gradient).toBe("unknown");
  });
});
