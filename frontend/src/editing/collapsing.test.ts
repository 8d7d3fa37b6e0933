import { produce } from "immer";
import { beforeEach, describe, expect, it } from "vitest";
import { clipFromText } from "../graph/clipboard";
import { hiddenIn } from "../graph/collapsing";
import { emptyDocument } from "../graph/document";
import { addFrame } from "../graph/frames";
import { graphStore, openGraph, redo, undo } from "../graph/graph-store";
import { addNode, addNote, connect, type GraphDraft } from "../graph/operations";
import { select, selectedParts } from "../graph/selection-store";
import { deleteSelection, nudgeSelection } from "./actions";
import { alignSelection, tidyUp } from "./arranging";
import { boxesShown } from "./boxes";
import { copySelection, duplicateSelection } from "./copying";
import { foldable, openAround, toggleFrames, unframeSelection } from "./framing";
import { groupSelection, ungroupSelection } from "./scoping";

const documentNow = () => graphStore.getState().document;
const hides = (id: string) => documentNow().frames.find((frame) => frame.id === id)?.hides;
const placeOf = (id: string) =>
  [...documentNow().nodes, ...documentNow().frames].find((part) => part.id === id)?.position;
const stepNames = () => graphStore.getState().timeline.done.map(({ label }) => label);

/** A frame "inner" with "add" in a frame "outer" with "relu" and a note besides; "input" and "mul" are outside. */
beforeEach(() => {
  globalThis.requestAnimationFrame = () => 0;
  const graph = produce(emptyDocument(), (draft) => {
    const change = draft as GraphDraft;
    for (const [kind, x] of [
      ["Input", -400],
      ["Add", 100],
      ["Relu", 500],
      ["Mul", 1000],
    ] as const) {
      addNode(change, { kind, position: { x, y: 120 } });
    }
    addNote(change, { x: 500, y: 300 });
    addFrame(change, { x: 0, y: 0, width: 900, height: 600 }, "outer");
    addFrame(change, { x: 60, y: 60, width: 320, height: 240 }, "inner");
    connect(change, { node: "input", port: "output" }, { node: "add", port: "a" });
    connect(change, { node: "add", port: "output" }, { node: "relu", port: "input" });
    connect(change, { node: "relu", port: "output" }, { node: "mul", port: "a" });
  });
  openGraph({ id: "graph", revision: 1, graph });
  select([]);
});

const OUTER = "frame";
const INNER = "frame_2";

function collapse(id: string): void {
  select([id]);
  toggleFrames();
}

describe("a collapsed frame", () => {
  it("hides what lies in it, frames too, in one step that is undone and done again", () => {
    collapse(OUTER);
    expect(new Set(hides(OUTER))).toEqual(new Set(["add", "relu", "note", INNER]));
    expect([...hiddenIn(documentNow()).values()]).toEqual([OUTER, OUTER, OUTER, OUTER]);
    undo();
    expect(hides(OUTER)).toBeNull();
    redo();
    expect(hides(OUTER)).toHaveLength(4);
    collapse(OUTER);
    expect(hides(OUTER)).toBeNull();
    expect(stepNames()).toEqual(["Collapse the frame", "Open the frame"]);
  });

  it("stays collapsed inside of another, which hides what it hides", () => {
    collapse(INNER);
    expect(hides(INNER)).toEqual(["add"]);
    expect(boxesShown().cards.map(({ id, height }) => [id, height])).toContainEqual([INNER, 40]);
    collapse(OUTER);
    expect(new Set(hides(OUTER))).toEqual(new Set(["add", "relu", "note", INNER]));
    expect(hiddenIn(documentNow()).get("add")).toBe(OUTER);
    collapse(OUTER);
    expect(hides(INNER)).toEqual(["add"]);
    expect(hiddenIn(documentNow()).get("add")).toBe(INNER);
  });

  it("does not swallow what comes to lie where it would be if it were open", () => {
    collapse(OUTER);
    select(["mul"]);
    nudgeSelection({ x: -600, y: 0 });
    expect(hiddenIn(documentNow()).has("mul")).toBe(false);
    expect(hides(OUTER)).toHaveLength(4);
  });

  it("moves with all that it hides, however it is moved", () => {
    collapse(OUTER);
    nudgeSelection({ x: 40, y: 20 });
    expect([placeOf("add"), placeOf(INNER), placeOf("input")]).toEqual([
      { x: 140, y: 140 },
      { x: 100, y: 80 },
      { x: -400, y: 120 },
    ]);
    select([OUTER, "input"]);
    alignSelection("left");
    expect(placeOf(OUTER)?.x).toBe(-400);
    expect(placeOf("add")?.x).toBe(-300);
  });

  it("is one card when the graph is tidied", () => {
    collapse(OUTER);
    tidyUp();
    const [input, bar, mul] = ["input", OUTER, "mul"].map((id) => placeOf(id)?.x ?? 0);
    expect([bar, mul].map((x) => (x ?? 0) - (input ?? 0))).toEqual([320, 640]);
  });

  it("is copied with what it hides, and the copy hides the copies", () => {
    collapse(OUTER);
    duplicateSelection();
    const copy = documentNow().frames.find(({ id }) => id === "frame_3");
    expect(new Set(copy?.hides)).toEqual(new Set(["add_2", "relu_2", "note_2", "frame_4"]));
    expect(hides(OUTER)).toHaveLength(4);
    select([OUTER]);
    expect(clipFromText(copySelection() ?? "")?.nodes).toHaveLength(2);
  });

  it("goes into a block and out of it with what it hides", () => {
    collapse(OUTER);
    groupSelection();
    expect(documentNow().nodes.map(({ id }) => id)).toEqual(["input", "mul", "block"]);
    expect(graphStore.getState().whole.blocks[0]?.frames[0]?.hides).toHaveLength(4);
    select(["block"]);
    ungroupSelection();
    const [frame] = documentNow().frames.filter(({ title }) => title === "outer");
    expect(new Set(frame?.hides)).toEqual(
      new Set(
        documentNow()
          .frames.filter(({ title }) => title === "inner")
          .map(({ id }) => id),
      ).union(new Set(["add", "relu", "note"])),
    );
  });

  it("gives back what it hides when it is taken away", () => {
    collapse(OUTER);
    unframeSelection();
    expect(documentNow().nodes).toHaveLength(4);
    expect(hiddenIn(documentNow()).size).toBe(0);
    expect(selectedParts().has("add")).toBe(true);
  });

  it("forgets what was deleted, so that nothing new is hidden under the same name", () => {
    collapse(OUTER);
    select(["add"]);
    deleteSelection();
    expect(hides(OUTER)).not.toContain("add");
  });

  it("is opened for whoever wants to see what is in it, with all frames around it", () => {
    collapse(INNER);
    collapse(OUTER);
    expect(openAround("add")).toBe(true);
    expect([hides(OUTER), hides(INNER)]).toEqual([null, null]);
    expect(openAround("add")).toBe(false);
  });

  it("is the innermost one around a selected card where no frame is selected", () => {
    select(["add"]);
    expect(foldable().map(({ id }) => id)).toEqual([INNER]);
    select(["mul"]);
    expect(foldable()).toEqual([]);
  });
});
