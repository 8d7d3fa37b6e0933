import { hiddenBy, isOpen } from "../graph/collapsing";
import { addFrame, frameAround, frameOf, setFrame, withMembers } from "../graph/frames";
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
    for (const { id } of selectedFrames().filter(isOpen)) {
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

/** What lies in some frames or is hidden by them, without the frames themselves. */
export function membersOf(frames: ReadonlySet<string>): string[] {
  const { cards, notes, frames: all } = boxesShown();
  const seen = withMembers(frames, [...cards, ...notes], all);
  const hidden = hiddenBy(seen, graphStore.getState().document.frames);
  return [...new Set([...seen, ...hidden]).difference(frames)];
}

/** The frames that are collapsed or opened now: those that are selected, else those that hold what is selected. */
export function foldable(): readonly Frame[] {
  const chosen = selectedFrames();
  if (chosen.length > 0) return chosen;
  const ids = selectedParts();
  const { cards, notes, frames } = boxesShown();
  const around = [...cards, ...notes].map((box) => (ids.has(box.id) ? frameOf(box, frames)?.id : undefined));
  return graphStore.getState().document.frames.filter(({ id }) => around.includes(id));
}

/** Collapse frames to their titles; where all of them are collapsed, open them. */
export function toggleFrames(frames: readonly Frame[] = foldable()): void {
  const open = frames.filter(isOpen);
  const members = new Map(open.map(({ id }) => [id, membersOf(new Set([id]))]));
  const verb = open.length > 0 ? "Collapse" : "Open";
  if (frames.length === 0) return;
  transact(`${verb} ${frames.length === 1 ? "the frame" : "frames"}`, (draft) => {
    for (const { id } of open.length > 0 ? open : frames)
      setFrame(draft, id, { hides: members.get(id) ?? null });
  });
  select(frames.map(({ id }) => id));
}

/** Open the collapsed frames that hide a part; whether there were any. */
export function openAround(id: string): boolean {
  const hiding = graphStore.getState().document.frames.filter(({ hides }) => hides?.includes(id));
  if (hiding.length === 0) return false;
  transact("Open the frame", (draft) => {
    for (const frame of hiding) setFrame(draft, frame.id, { hides: null });
  });
  return true;
}
