import { produce } from "immer";
import { describe, expect, it } from "vitest";
import type { Box } from "./align";
import { clipFromText, clipOf, clipToText, paste } from "./clipboard";
import { emptyDocument } from "./document";
import { addFrame, frameAround, holds, setFrame, withCarried, withMembers } from "./frames";
import type { GraphDraft } from "./operations";

const box = (id: string, x: number, y: number, width = 240, height = 106): Box => ({
  id,
  x,
  y,
  width,
  height,
});
const card = box("card", 100, 100);
const outer = box("outer", 0, 0, 800, 600);
const inner = box("inner", 80, 40, 300, 200);

describe("a frame", () => {
  it("is drawn around what it is to hold, with room for the title", () => {
    const frame = frameAround([card, box("other", 400, 300)]);
    expect(frame).toEqual({ x: 80, y: 40, width: 580, height: 400 });
    expect(holds(frame, card)).toBe(true);
  });

  it("holds what has its middle in it and is smaller", () => {
    expect(holds(outer, card)).toBe(true);
    expect(holds(outer, inner)).toBe(true);
    expect(holds(inner, outer)).toBe(false);
    expect(holds(outer, box("far", 700, 0))).toBe(false);
    expect(holds(outer, box("edge", 670, 0))).toBe(true);
  });

  it("takes along what lies in it, frames too", () => {
    expect([...withMembers(new Set(["outer"]), [card, box("far", 900, 0)], [outer, inner])]).toEqual([
      "outer",
      "card",
      "inner",
    ]);
    const moved = withCarried(new Map([["outer", { x: 20, y: -40 }]]), [card], [outer, inner]);
    expect(moved.get("card")).toEqual({ x: 120, y: 60 });
    expect(moved.get("inner")).toEqual({ x: 100, y: 0 });
    expect(withCarried(new Map([["card", { x: 0, y: 0 }]]), [card], [outer]).size).toBe(1);
  });

  it("leaves a part alone that was given a place of its own", () => {
    const places = new Map([
      ["outer", { x: 20, y: 0 }],
      ["card", { x: 5, y: 5 }],
    ]);
    expect(withCarried(places, [card], [outer]).get("card")).toEqual({ x: 5, y: 5 });
  });

  it("is changed, copied and pasted under an id of its own", () => {
    const graph = produce(emptyDocument(), (draft) => {
      addFrame(draft as GraphDraft, frameAround([card]), "Encoder");
      setFrame(draft as GraphDraft, "frame", { title: "Decoder" });
    });
    const clip = clipFromText(clipToText(clipOf(graph, new Set(["frame"]))));
    if (clip === null) throw new Error("the text is no clip");
    const pasted = produce(graph, (draft) => {
      paste(draft as GraphDraft, clip, { offset: { x: 40, y: 40 }, keepIncoming: false });
    });
    expect(pasted.frames.map(({ id, title, position }) => [id, title, position.x])).toEqual([
      ["frame", "Decoder", 80],
      ["frame_2", "Decoder", 120],
    ]);
  });

  it("may be missing from a text that was copied long ago, but not be nonsense", () => {
    const old = { format: "wiregrad/clipboard@1", nodes: [], notes: [], wires: [], incoming: [] };
    expect(clipFromText(JSON.stringify(old))?.frames).toEqual([]);
    expect(clipFromText(JSON.stringify({ ...old, frames: [{ id: "frame", title: 7 }] }))).toBeNull();
    const frame = {
      id: "frame",
      title: "",
      color: "plain",
      position: { x: 0, y: 0 },
      width: 200,
      height: 100,
      hides: null,
    };
    expect(clipFromText(JSON.stringify({ ...old, frames: [frame] }))?.frames).toEqual([frame]);
    const { color, hides, ...older } = frame;
    expect(clipFromText(JSON.stringify({ ...old, frames: [older] }))?.frames).toEqual([
      { ...frame, color, hides },
    ]);
    expect(clipFromText(JSON.stringify({ ...old, frames: [{ ...frame, hides: [7] }] }))).toBeNull();
    expect(clipFromText(JSON.stringify({ ...old, frames: [{ ...frame, color: "url(x)" }] }))).toBeNull();
  });
});
