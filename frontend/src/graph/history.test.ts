import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyDocument } from "./document";
import { endGesture, newTimeline, redo, type Timeline, transact, undo } from "./history";
import { moveBy } from "./operations";
import { type Act, acts, faultsOf, graphs, perform } from "./testing/arbitrary-graph";

const run = (timeline: Timeline, act: Act) => transact(timeline, act.do, (draft) => perform(draft, act));

describe("history", () => {
  it("takes back everything that was done, and does it again", () => {
    fc.assert(
      fc.property(acts, (sequence) => {
        const start = newTimeline(emptyDocument());
        const documents = [start.document];
        let timeline = start;
        for (const act of sequence) {
          const next = run(timeline, act);
          if (next !== timeline) documents.push(next.document);
          timeline = next;
        }
        const end = timeline.document;
        for (const document of documents.toReversed()) {
          expect(timeline.document).toEqual(document);
          timeline = undo(timeline);
        }
        while (timeline.undone.length > 0) timeline = redo(timeline);
        expect(timeline.document).toEqual(end);
      }),
    );
  });

  it("keeps every document whole", () => {
    fc.assert(
      fc.property(graphs, (document) => {
        expect(faultsOf(document)).toEqual([]);
      }),
    );
  });

  it("makes one entry of a gesture, and another of what follows its end", () => {
    let timeline = newTimeline(emptyDocument());
    timeline = transact(timeline, "Add", (draft) => perform(draft, { do: "add", kind: "Mul", x: 0, y: 0 }));
    const nudge = (from: Timeline) =>
      transact(from, "Move Mul", (draft) => moveBy(draft, new Set(["mul"]), { x: 20, y: 0 }), "nudge");
    timeline = nudge(nudge(nudge(timeline)));
    expect(timeline.done.map((entry) => entry.label)).toEqual(["Add", "Move Mul"]);
    timeline = nudge(endGesture(timeline));
    expect(timeline.done).toHaveLength(3);
    expect(timeline.document.nodes[0]?.position.x).toBe(80);
    timeline = undo(timeline);
    expect(timeline.document.nodes[0]?.position.x).toBe(60);
    timeline = undo(timeline);
    expect(timeline.document.nodes[0]?.position.x).toBe(0);
  });

  it("records nothing when nothing changed", () => {
    const timeline = newTimeline(emptyDocument());
    expect(transact(timeline, "Nothing", () => {})).toBe(timeline);
    expect(undo(timeline)).toBe(timeline);
    expect(redo(timeline)).toBe(timeline);
  });

  it("forgets what was undone once something else is done", () => {
    let timeline = newTimeline(emptyDocument());
    timeline = run(timeline, { do: "note", text: "one" });
    timeline = run(undo(timeline), { do: "note", text: "two" });
    expect(redo(timeline)).toBe(timeline);
    expect(timeline.document.notes.map((note) => note.text)).toEqual(["two"]);
  });
});
