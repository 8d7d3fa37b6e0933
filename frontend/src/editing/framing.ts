import { addFrame, frameAround, setFrame, withMembers } from "../graph/frames";
import { graphStore, transact } from "../graph/graph-store";
import { remove } from "../graph/operations";
import { select, selectedParts } from "../graph/selection-store";
import type { Frame } from "../graph/types";
import { boxesShown } from "./boxes";
import { startRename } from "./rename";

/** Frames under one's hands. */

/** Draw a frame around what is selected, and ask for its title. */
export function frameSelection(): void {
  const ids = selectedParts();
  const { cards, notes, frames } = boxesShown();
  const boxes = [...cards, ...notes, ...frames].filter(({ id }) => ids.has(id));
  if (boxes.length === 0) return;
  let made = "";
  transact("Draw a frame", (draft) => {
    made = addFrame(draft, frameAround(boxes));
  });
  select([made]);
  // The card of the frame hears it once it is drawn.
  requestAnimationFrame(() => startRename(made));
}

/** The frames among what is selected. */
export function selectedFrames(): readonly Frame[] {
  const ids = selectedParts();
  return graphStore.getState().document.frames.filter(({ id }) => ids.has(id));
}

/** Take the selected frames away; what lay in them stays, and is selected. */
export function unframeSelection(): void {
  const frames = new Set(selectedFrames().map(({ id }) => id));
  const inside = membersOf(frames);
  transact(frames.size === 1 ? "Remove the frame" : "Remove the frames", (draft) => remove(draft, frames));
  select(inside);
}

/** Make a frame as large as what lies in it needs. */
export function fitFrames(): void {
  const { cards, notes, frames } = boxesShown();
  const all = [...cards, ...notes, ...frames];
  transact("Fit the frame to what is in it", (draft) => {
    for (const { id } of selectedFrames()) {
      const members = new Set(membersOf(new Set([id])));
      if (members.size === 0) continue;
      const { x, y, width, height } = frameAround(all.filter((box) => members.has(box.id)));
      setFrame(draft, id, { position: { x, y }, width, height });
    }
  });
}

export function retitleFrame(id: string, title: string): void {
  const frame = graphStore.getState().document.frames.find((candidate) => candidate.id === id);
  if (frame === undefined || frame.title === title.trim()) return;
  transact("Name the frame", (draft) => setFrame(draft, id, { title: title.trim().slice(0, 128) }));
}

/** Some parts, and what lies in the frames among them: it is moved, copied and grouped with the frame. */
export function withContents(ids: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...ids, ...membersOf(ids)]);
}

/** What lies in some frames, without the frames themselves. */
export function membersOf(frames: ReadonlySet<string>): string[] {
  const { cards, notes, frames: all } = boxesShown();
  return [...withMembers(frames, [...cards, ...notes], all).difference(frames)];
}
