import { beforeEach, describe, expect, it } from "vitest";
import { addDefinition } from "./blocks";
import { emptyDocument } from "./document";
import { goTo, graphStore, openGraph, receiveReport, transact, undo } from "./graph-store";
import { addNode, remove } from "./operations";
import { splitPath } from "./scope";
import type { Report } from "./types";

const state = () => graphStore.getState();
const at = { x: 0, y: 0 };

/** A graph with a use "block" of a block that has a use "block" of another. */
beforeEach(() => {
  openGraph({ id: "g", revision: 1, graph: emptyDocument() });
  transact("Nest", (draft) => {
    const [outer, inner] = [addDefinition(draft, "Outer"), addDefinition(draft, "Inner")];
    addNode(draft, { kind: "Block", settings: { block: outer }, position: at });
    draft.blocks[0]?.nodes.push({
      id: "block",
      kind: "Block",
      label: "",
      bypassed: false,
      settings: { block: inner },
      position: at,
    });
  });
});

describe("scope", () => {
  it("shows the inside of a block, and changes it there", () => {
    goTo(["block", "block"]);
    transact("Add", (draft) => addNode(draft, { kind: "Linear", position: at }));
    expect(state().document.nodes.map(({ id }) => id)).toEqual(["input", "output", "linear"]);
    expect(state().whole.blocks[1]?.nodes).toHaveLength(3);
    expect(state().whole.nodes).toHaveLength(1);
    expect(state().document.training).toBe(state().whole.training);
  });

  it("undoes where it was done, and shows it", () => {
    goTo(["block"]);
    transact("Add", (draft) => addNode(draft, { kind: "Linear", position: at }));
    goTo([]);
    undo();
    expect(state().scope).toEqual(["block"]);
    expect(state().document.nodes).toHaveLength(3);
  });

  it("goes out when the block is deleted", () => {
    goTo(["block", "block"]);
    transact("Delete", (draft) => remove(draft, []));
    goTo([]);
    transact("Delete", (draft) => remove(draft, ["block"]));
    goTo(["block", "block"]);
    expect(state().scope).toEqual([]);
  });

  it("keeps the view while nothing in it changes", () => {
    goTo(["block"]);
    const { document } = state();
    goTo(["block"]);
    expect(state().document).toBe(document);
  });

  it("reports what is inside under the names that it has there", () => {
    const node = { inputs: [], outputs: [], parameters: 3, multiply_adds: 0, activation_bytes: 0 };
    const problem = {
      severity: "error",
      code: "shape",
      message: "",
      port: null,
      expected: null,
      got: null,
    } as const;
    const report = {
      problems: [{ ...problem, node: "block/linear", remedy: "", fix: null }],
      nodes: { block: node, "block/linear": node, "block/block/deep": node },
      wires: [
        {
          source: { node: "block/input", port: "output" },
          target: { node: "block/linear", port: "input" },
          value: null,
        },
      ],
      losses: [],
      metrics: [],
      outputs: [],
      totals: { parameters: 6, trainable_parameters: 6, multiply_adds: 0, activation_bytes: 0 },
    } as unknown as Report;
    goTo(["block"]);
    receiveReport(report);
    expect(Object.keys(state().report?.nodes ?? {})).toEqual(["linear", "block/deep"]);
    expect(state().report?.wires[0]?.target.node).toBe("linear");
    expect(state().report?.problems[0]?.node).toBe("linear");
    goTo([]);
    expect(state().report).toBe(report);
  });

  it("splits a path into the way and the node", () => {
    expect(splitPath("encoder/conv")).toEqual({ scope: ["encoder"], node: "conv" });
    expect(splitPath("conv")).toEqual({ scope: [], node: "conv" });
  });
});
