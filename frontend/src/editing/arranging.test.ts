import { produce } from "immer";
import { beforeEach, describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import { graphStore, openGraph, undo } from "../graph/graph-store";
import { addNode, connect, type GraphDraft } from "../graph/operations";
import { select } from "../graph/selection-store";
import { nudgeSelection } from "./actions";
import { alignSelection, countOfMoved, tidyUp } from "./arranging";
import { duplicateSelection } from "./copying";
import { frameSelection, membersOf, selectedFrames, unframeSelection } from "./framing";
import { groupSelection, ungroupSelection } from "./scoping";

const places = () =>
  Object.fromEntries(graphStore.getState().document.nodes.map(({ id, position }) => [id, position]));

describe("bringing order into a graph", () => {
  beforeEach(() => {
    globalThis.requestAnimationFrame = () => 0;
    const graph = produce(emptyDocument(), (draft) => {
      for (const [kind, x, y] of [
        ["Add", 600, 40],
        ["Input", 0, 0],
        ["Relu", 40, 300],
      ] as const) {
        addNode(draft as GraphDraft, { kind, position: { x, y } });
      }
      connect(draft as GraphDraft, { node: "input", port: "output" }, { node: "relu", port: "input" });
      connect(draft as GraphDraft, { node: "relu", port: "output" }, { node: "add", port: "a" });
    });
    openGraph({ id: "graph", revision: 1, graph });
    select([]);
  });

  it("tidies all of it in one step that can be undone", () => {
    const before = places();
    tidyUp();
    const { input, relu, add } = places();
    expect([input, relu?.x, add?.x]).toEqual([{ x: 0, y: 0 }, 320, 640]);
    expect(graphStore.getState().timeline.done.map(({ label }) => label)).toEqual(["Tidy up the graph"]);
    undo();
    expect(places()).toEqual(before);
  });

  it("tidies only what is selected", () => {
    select(["input", "relu"]);
    tidyUp();
    expect(places()["add"]).toEqual({ x: 600, y: 40 });
    expect(places()["relu"]?.x).toBe(320);
  });

  it("moves a frame with what lies in it, as one thing among others", () => {
    select(["input", "relu"]);
    frameSelection();
    const [frame] = selectedFrames();
    expect(membersOf(new Set([frame?.id ?? ""])).toSorted()).toEqual(["input", "relu"]);
    nudgeSelection({ x: 20, y: 0 });
    expect(places()["relu"]).toEqual({ x: 60, y: 300 });
    select([frame?.id ?? "", "input", "relu", "add"]);
    expect(countOfMoved()).toBe(2);
    alignSelection("top");
    expect(places()["add"]?.y).toBe(graphStore.getState().document.frames[0]?.position.y);
    expect(places()["input"]).toEqual({ x: 20, y: 0 });
  });

  it("copies a frame to where it shares nothing with another", () => {
    select(["input", "relu"]);
    frameSelection();
    duplicateSelection();
    duplicateSelection();
    const { frames, nodes } = graphStore.getState().document;
    expect([frames.length, nodes.length]).toEqual([3, 7]);
    for (const { id } of frames) expect(membersOf(new Set([id]))).toHaveLength(2);
  });

  it("makes a block of a frame and what lies in it, and gives both back", () => {
    select(["input", "relu"]);
    frameSelection();
    const [frame] = selectedFrames();
    groupSelection();
    const { document } = graphStore.getState();
    expect(document.nodes.map(({ kind }) => kind)).toEqual(["Add", "Block"]);
    expect(document.frames).toEqual([]);
    expect(document.blocks[0]?.frames).toEqual([frame]);
    ungroupSelection();
    expect(graphStore.getState().document.frames).toEqual([frame]);
  });

  it("takes a frame away and leaves what was in it, selected", () => {
    select(["input", "relu"]);
    frameSelection();
    unframeSelection();
    expect(graphStore.getState().document.frames).toEqual([]);
    expect(countOfMoved()).toBe(2);
  });
});
