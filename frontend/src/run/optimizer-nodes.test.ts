import { describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import { graphStore, openGraph, undo } from "../graph/graph-store";
import type { GraphNode } from "../graph/types";
import { optimizersOf, setLearningRate } from "./optimizer-nodes";

const optimizer = (id: string, settings: GraphNode["settings"] = {}): GraphNode => ({
  id,
  kind: "Optimizer",
  label: "",
  bypassed: false,
  position: { x: 0, y: 0 },
  settings,
});

describe("the Optimizers of a graph", () => {
  it("have the names that the server tells, in its order; those inside of blocks are left out", () => {
    const nodes = [optimizer("last"), optimizer("first")];
    const losses = [
      { name: "critic", node: "first" },
      { name: "inner", node: "block/first" },
      { name: "generator", node: "last" },
    ];
    expect(optimizersOf({ nodes }, losses).map(({ name, node }) => [name, node.id])).toEqual([
      ["critic", "first"],
      ["generator", "last"],
    ]);
  });

  it("get a learning rate that can be taken back", () => {
    const node = optimizer("one", { learning_rate: 0.1 });
    openGraph({ id: "graph-1", revision: 1, graph: { ...emptyDocument(), nodes: [node] } });
    const rate = () => graphStore.getState().whole.nodes[0]?.settings["learning_rate"];
    setLearningRate({ name: "loss", node }, 0.003);
    expect(rate()).toBe(0.003);
    undo();
    expect(rate()).toBe(0.1);
  });
});
