import { applyPatches, enablePatches, type Patch, produceWithPatches } from "immer";
import type { GraphDraft } from "./operations";
import { draftAt, type Scope, TOP } from "./scope";
import type { GraphDocument } from "./types";

enablePatches();

/** One thing that was done, with what takes it back. */
export interface Entry {
  /** What the person did, as the undo button says it: "Move 3 nodes". */
  readonly label: string;
  readonly patches: readonly Patch[];
  readonly inverse: readonly Patch[];
  /** Steps with the same key that follow each other are one entry: one drag, one typing. */
  readonly gesture: string | null;
  /** Where in the document it was done, so that undo and redo show it. */
  readonly scope: Scope;
}

export interface Timeline {
  readonly document: GraphDocument;
  readonly done: readonly Entry[];
  readonly undone: readonly Entry[];
  /** Whether the last entry may still grow. */
  readonly open: boolean;
}

const MAX_ENTRIES = 500;

export function newTimeline(document: GraphDocument): Timeline {
  return { document, done: [], undone: [], open: false };
}

/** Change what `scope` shows of the document; a recipe that changes nothing leaves no entry. */
export function transact(
  timeline: Timeline,
  label: string,
  recipe: (draft: GraphDraft) => void,
  gesture: string | null = null,
  scope: Scope = TOP,
): Timeline {
  const [document, patches, inverse] = produceWithPatches(timeline.document, (draft) => {
    recipe(draftAt(draft as GraphDraft, scope));
  });
  if (patches.length === 0) return timeline;
  const last = timeline.done.at(-1);
  const grows = timeline.open && gesture !== null && last?.gesture === gesture;
  const entry: Entry = grows
    ? {
        label,
        gesture,
        scope,
        patches: [...last.patches, ...patches],
        inverse: [...inverse, ...last.inverse],
      }
    : { label, gesture, scope, patches, inverse };
  const earlier = grows ? timeline.done.slice(0, -1) : timeline.done;
  return { document, done: [...earlier, entry].slice(-MAX_ENTRIES), undone: [], open: gesture !== null };
}

/** The gesture is over: what follows is an entry of its own. */
export function endGesture(timeline: Timeline): Timeline {
  return timeline.open ? { ...timeline, open: false } : timeline;
}

export function undo(timeline: Timeline): Timeline {
  const entry = timeline.done.at(-1);
  if (entry === undefined) return timeline;
  return {
    document: applyPatches(timeline.document, entry.inverse),
    done: timeline.done.slice(0, -1),
    undone: [...timeline.undone, entry],
    open: false,
  };
}

export function redo(timeline: Timeline): Timeline {
  const entry = timeline.undone.at(-1);
  if (entry === undefined) return timeline;
  return {
    document: applyPatches(timeline.document, entry.patches),
    done: [...timeline.done, entry],
    undone: timeline.undone.slice(0, -1),
    open: false,
  };
}
