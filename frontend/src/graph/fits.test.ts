import { produce } from "immer";
import { describe, expect, it } from "vitest";
import { emptyDocument } from "./document";
import { type DraggedPort, doubtAbout, inputFor, whyNot } from "./fits";
import { addNode, connect, type GraphDraft } from "./operations";
import type { Kind, Report } from "./types";

const output = (node: string): DraggedPort => ({ node, port: "output", direction: "output" });
const input = (node: string): DraggedPort => ({ node, port: "a", direction: "input" });

describe("what a dragged wire can end at", () => {
  const document = produce(emptyDocument(), (draft) => {
    const change = draft as GraphDraft;
    for (let count = 0; count < 4; count += 1) addNode(change, { kind: "Mul", position: { x: 0, y: 0 } });
    connect(change, { node: "mul", port: "output" }, { node: "mul_2", port: "a" });
    connect(change, { node: "mul_2", port: "output" }, { node: "mul_3", port: "a" });
  });

  it("lets outputs go to inputs, from either end", () => {
    expect(whyNot(document, output("mul"), input("mul_4"))).toBeNull();
    expect(whyNot(document, input("mul_4"), output("mul"))).toBeNull();
    expect(whyNot(document, output("mul"), output("mul_4"))).toContain("not to another output");
    expect(whyNot(document, input("mul"), input("mul_4"))).toContain("not from another input");
  });

  it("says that a circle would close, over any number of nodes and from either end", () => {
    expect(whyNot(document, output("mul_3"), input("mul"))).toContain("circle");
    expect(whyNot(document, input("mul"), output("mul_3"))).toContain("circle");
    expect(whyNot(document, output("mul"), input("mul"))).toContain("itself");
    expect(whyNot(document, output("mul"), input("mul_3"))).toBeNull();
  });

  it("drops a wire on a card at its first free input", () => {
    const kind: Kind = {
      kind: "Mul",
      title: "Multiply",
      category: "Arithmetic",
      summary: "",
      help: "",
      settings_schema: {},
      default_settings: {},
      inputs: ["a", "b"].map((name) => ({ name, description: "", optional: false })),
      outputs: [],
      structural: false,
      gradient: "passes",
    };
    expect(inputFor(document, null, kind, "mul")).toBe("a");
    expect(inputFor(document, null, kind, "mul_2")).toBe("b");
  });

  it("doubts only wires that bring no gradient to what an Optimizer makes small", () => {
    const constant = {
      dtype: "float32" as const,
      shape: [],
      batched: false,
      carries_gradient: false,
      reason: "A Constant has nothing to change.",
    };
    const node = (carries_gradient: boolean) => ({
      inputs: [],
      outputs: [{ name: "output", description: "", value: { ...constant, carries_gradient } }],
      parameters: 0,
      multiply_adds: 0,
      activation_bytes: 0,
    });
    const report = { nodes: { mul: node(false), mul_2: node(true) }, problems: [], wires: [] };
    const doubt = (source: string, kind: string, port: string) =>
      doubtAbout(report as unknown as Report, output(source), { kind, port });
    expect(doubt("mul", "Optimizer", "loss")).toContain("nothing to change");
    expect(doubt("mul_2", "Optimizer", "loss")).toBeNull();
    expect(doubt("mul", "Optimizer", "target")).toBeNull();
    expect(doubt("mul", "Add", "a")).toBeNull();
  });
});
