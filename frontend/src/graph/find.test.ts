import { describe, expect, it } from "vitest";
import { emptyDocument } from "./document";
import { findNodes, placedNodes } from "./find";
import type { GraphDocument, GraphNode } from "./types";

const node = (id: string, kind: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  kind,
  label: "",
  bypassed: false,
  settings: {},
  position: { x: 0, y: 0 },
  ...more,
});
const use = (id: string, block: string) => node(id, "Block", { settings: { block } });
const definition = (id: string, nodes: GraphNode[]) => ({
  id,
  name: id,
  description: "",
  nodes,
  wires: [],
  notes: [],
  frames: [],
});

const graph: GraphDocument = {
  ...emptyDocument(),
  nodes: [
    node("pixels", "Input", { label: "Picture" }),
    use("encoder", "stage"),
    use("decoder", "stage"),
    node("conv2d", "Conv2D"),
  ],
  blocks: [
    definition("stage", [node("conv2d", "Conv2D"), use("deep", "inner")]),
    definition("inner", [node("mix", "Linear")]),
  ],
};
const find = (query: string, scope: string[] = [], whole = graph) =>
  findNodes(whole, query, { describe: ({ label }) => label, scope });

describe("finding nodes", () => {
  it("looks at names, kinds, ids and paths, whatever their case", () => {
    expect(find("PICTURE")).toEqual(["pixels"]);
    expect(find("input")).toEqual(["pixels"]);
    expect(find("pixels")).toEqual(["pixels"]);
    expect(find("decoder/conv")).toEqual(["decoder/conv2d"]);
    expect(find("linear encoder")).toEqual(["encoder/deep/mix"]);
  });

  it("goes into every use of a block, and begins with what is in sight", () => {
    expect(find("conv2d")).toEqual(["conv2d", "encoder/conv2d", "decoder/conv2d"]);
    expect(find("conv2d", ["decoder"])).toEqual(["decoder/conv2d", "encoder/conv2d", "conv2d"]);
  });

  it("finds nothing for nothing, and for what is not there", () => {
    expect(find("   ")).toEqual([]);
    expect(find("picture linear")).toEqual([]);
  });

  it("ends in a block that holds itself", () => {
    const endless = {
      ...graph,
      nodes: [use("a", "stage")],
      blocks: [definition("stage", [use("b", "stage")])],
    };
    expect(placedNodes(endless).map(({ path }) => path)).toEqual(["a", "a/b"]);
  });

  it("stops where blocks in blocks have become too many to look through", () => {
    const levels = Array.from({ length: 8 }, (_, level) =>
      definition(
        `level${level}`,
        level === 7
          ? [node("end", "Relu")]
          : Array.from({ length: 10 }, (_, at) => use(`u${at}`, `level${level + 1}`)),
      ),
    );
    const wide = { ...graph, nodes: [use("root", "level0")], blocks: levels };
    expect(placedNodes(wide)).toHaveLength(20_000);
  });
});
