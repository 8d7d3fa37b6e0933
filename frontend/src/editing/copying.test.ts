import { produce } from "immer";
import { beforeEach, describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import { graphStore, openGraph } from "../graph/graph-store";
import { addNode, type GraphDraft } from "../graph/operations";
import { select } from "../graph/selection-store";
import { CARD_WIDTH } from "../graph/types";
import { copySelection, pasteText } from "./copying";

const places = () => graphStore.getState().document.nodes.map(({ position }) => position);

describe("what is pasted at the pointer", () => {
  beforeEach(() => {
    const graph = produce(emptyDocument(), (draft) => {
      addNode(draft as GraphDraft, { kind: "Mul", position: { x: 100, y: 100 } });
    });
    openGraph({ id: "graph", revision: 1, graph });
    select(["mul"]);
  });

  it("stands beside the original when the pointer is still there, however often", () => {
    const text = copySelection() ?? "";
    for (let count = 0; count < 3; count += 1) {
      pasteText(text, { keepIncoming: false, at: { x: 220, y: 140 } });
    }
    const cards = places();
    expect(cards).toHaveLength(4);
    for (const [index, one] of cards.entries()) {
      for (const other of cards.slice(index + 1)) {
        expect(Math.abs(one.x - other.x) >= CARD_WIDTH || Math.abs(one.y - other.y) >= 100).toBe(true);
      }
    }
  });

  it("stands where the pointer is when that is free", () => {
    pasteText(copySelection() ?? "", { keepIncoming: false, at: { x: 1000, y: 1000 } });
    const [, pasted] = places();
    expect(pasted).toEqual({ x: 880, y: 940 });
  });
});
