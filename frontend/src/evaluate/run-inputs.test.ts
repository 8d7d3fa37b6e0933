import { describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import type { GraphDocument, Report } from "../graph/types";
import { neededInputs } from "./run-inputs";

const value = {
  dtype: "float32",
  shape: [1, 8, 8],
  batched: true,
  carries_gradient: false,
  reason: "",
} as const;
const node = (id: string, kind: string, settings = {}, label = "") => ({
  id,
  kind,
  label,
  bypassed: false,
  settings,
  position: { x: 0, y: 0 },
});
const wire = (from: string, to: string, port = "input") => ({
  source: { node: from, port: "output" },
  target: { node: to, port },
});

const graph: GraphDocument = {
  ...emptyDocument(),
  nodes: [
    node("target", "Input", { name: "digit", column: "label" }),
    node("image", "Input", { name: "image" }, "A digit"),
    node("linear", "Linear"),
    node("loss", "Loss"),
    node("end", "Output", { name: "prediction" }),
  ],
  wires: [
    wire("image", "linear"),
    wire("linear", "loss", "prediction"),
    wire("target", "loss", "target"),
    wire("linear", "end"),
  ],
};

const report: Report = {
  problems: [],
  wires: [],
  losses: [],
  metrics: [],
  outputs: [{ name: "prediction", node: "end", inputs: ["image"] }],
  totals: { parameters: 0, trainable_parameters: 0, multiply_adds: 0, activation_bytes: 0 },
  nodes: Object.fromEntries(
    ["target", "image"].map((id) => [
      id,
      {
        inputs: [],
        outputs: [{ name: "output", description: "", value }],
        parameters: 0,
        multiply_adds: 0,
        activation_bytes: 0,
      },
    ]),
  ),
};

describe("neededInputs", () => {
  it("asks for what the server says that an Output depends on, whatever is wired", () => {
    expect(neededInputs(graph, report)).toEqual([
      { name: "image", title: "A digit", column: "image", dtype: "float32", shape: [1, 8, 8] },
    ]);
  });

  it("uses the column that the Input reads", () => {
    const outputs = [...report.outputs, { name: "answer", node: "second", inputs: ["image", "target"] }];
    expect(neededInputs(graph, { ...report, outputs }).map(({ name, column }) => [name, column])).toEqual([
      ["digit", "label"],
      ["image", "image"],
    ]);
  });
});
