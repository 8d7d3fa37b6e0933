import { describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import type { GraphDocument, GraphNode } from "../graph/types";
import { cutAtNodes } from "./node-mentions";

const node = (id: string, settings: GraphNode["settings"] = {}): GraphNode => ({
  id,
  kind: "Function",
  label: "",
  bypassed: false,
  position: { x: 0, y: 0 },
  settings,
});

const graph: GraphDocument = {
  ...emptyDocument(),
  nodes: [node("log"), node("enc", { block: "encoder" })],
  blocks: [
    {
      id: "encoder",
      name: "Encoder",
      description: "",
      nodes: [node("inner")],
      wires: [],
      notes: [],
      frames: [],
    },
  ],
};

describe("cutAtNodes", () => {
  it("finds the node that a message names in brackets", () => {
    expect(cutAtNodes("It began in step 3 at Logarithm (log): its loss is not finite.", graph)).toEqual([
      { text: "It began in step 3 at Logarithm " },
      { path: "log" },
      { text: ": its loss is not finite." },
    ]);
  });

  it("finds nodes inside of blocks", () => {
    expect(cutAtNodes("(enc/inner)", graph)).toEqual([{ path: "enc/inner" }]);
  });

  it("leaves brackets alone that name no node of the graph", () => {
    const said = "Epoch 12, the best one (0.31), (gone) and (enc/gone) or (nowhere/inner).";
    expect(cutAtNodes(said, graph)).toEqual([{ text: said }]);
  });
});
