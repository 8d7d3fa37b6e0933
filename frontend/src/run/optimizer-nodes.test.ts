import { describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import { graphStore, openGraph, undo } from "../graph/graph-store";
import type { GraphNode } from "../graph/types";
import { optimizersOf, setLearningRate } from "./optimizer-nodes";

const optimizer = (id: string, settings: GraphNode["settings"], label = ""): GraphNode => ({
  id,
  kind: "Optimizer",
  label,
  position: { x: 0, y: 0 },
  settings,
});

describe("the Optimizers of a graph", () => {
  it("have the names under which runs tell their losses, in the order in which they step", () => {
    const nodes = [
      optimizer("last", { name: "generator", order: 1 }),
      optimizer("labeled", {}, "Critic"),
      optimizer("other", { name: "generator" }),
    ];
    expect(optimizersOf({ nodes }).map(({ name, node }) => [name, node.id])).toEqual([
      ["Critic", "labeled"],
      ["generator 2", "other"],
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
