import { around, upToGrid } from "../graph/align";
import { type Clip, clipFromText, clipOf, clipToText, paste } from "../graph/clipboard";
import { plural } from "../graph/describe";
import { boxOf } from "../graph/frames";
import { endGesture, graphStore, transact } from "../graph/graph-store";
import { snap } from "../graph/operations";
import { select, selectedParts } from "../graph/selection-store";
import { CARD_WIDTH, GRID, type Position } from "../graph/types";
import { deleteSelection, freePlace } from "./actions";
import { withContents } from "./framing";

/** About how high a card with two or three ports is. */
const CARD_HEIGHT = 6 * GRID;

/** Copying, cutting, pasting and duplicating, as text that other windows understand. */

/** The last thing copied here, for when the browser does not let a page read its clipboard. */
let lastClip: string | null = null;

export function copySelection(): string | null {
  const ids = selectedParts();
  if (ids.size === 0) return null;
  lastClip = clipToText(clipOf(graphStore.getState().document, withContents(ids)));
  return lastClip;
}

export function cutSelection(): string | null {
  const text = copySelection();
  if (text !== null) {
    endGesture();
    // What was copied with a frame goes with it.
    select(withContents(selectedParts()));
    deleteSelection();
  }
  return text;
}

export function copiedText(): string | null {
  return lastClip;
}

export interface PasteTarget {
  readonly keepIncoming: boolean;
  /** Where the middle of what is pasted goes; without it, a step right and down of where it was copied. */
  readonly at?: Position | undefined;
}

/** Paste a text if it is something that was copied here, in another window, or a whole graph. */
export function pasteText(text: string, target: PasteTarget): boolean {
  const clip = clipFromText(text) ?? clipFromGraph(text);
  if (clip === null || clip.nodes.length + clip.notes.length + clip.frames.length === 0) return false;
  pasteClip(clip, "Paste", target);
  return true;
}

export function duplicateSelection(): void {
  const ids = selectedParts();
  if (ids.size === 0) return;
  pasteClip(clipOf(graphStore.getState().document, withContents(ids)), "Duplicate", { keepIncoming: false });
}

function pasteClip(clip: Clip, verb: string, { keepIncoming, at }: PasteTarget): void {
  const parts = [...clip.nodes, ...clip.notes, ...clip.frames];
  const offset = at === undefined ? freeOffset(clip) : besideCards(parts, offsetTo(parts, at));
  let added: string[] = [];
  transact(`${verb} ${plural(parts.length, "part")}`, (draft) => {
    added = paste(draft, clip, { offset, keepIncoming });
  });
  select(added);
}

/** How far down copies of frames go: where they lie over no frame, with which they would share what lies in both. */
function roomBelow(clip: Clip): number {
  const taken = graphStore.getState().document.frames.map(boxOf);
  const copied = around(clip.frames.map(boxOf));
  const step = upToGrid(copied.height) + 2 * GRID;
  const isFree = (offset: number) => {
    const top = copied.y + offset;
    return taken.every(
      ({ x, y, width, height }) =>
        x >= copied.x + copied.width ||
        x + width <= copied.x ||
        y >= top + copied.height ||
        y + height <= top,
    );
  };
  let offset = step;
  while (!isFree(offset)) offset += 2 * GRID;
  return offset;
}

function freeOffset(clip: Clip): Position {
  if (clip.frames.length > 0) return { x: 0, y: roomBelow(clip) };
  const [first] = [...clip.nodes, ...clip.notes, ...clip.frames];
  if (first === undefined) return { x: 0, y: 0 };
  const place = freePlace({ x: first.position.x + 2 * GRID, y: first.position.y + 2 * GRID });
  return { x: place.x - first.position.x, y: place.y - first.position.y };
}

function offsetTo(parts: readonly { readonly position: Position }[], at: Position): Position {
  const xs = parts.map((part) => part.position.x);
  const ys = parts.map((part) => part.position.y);
  const middle = {
    x: (Math.min(...xs) + Math.max(...xs) + CARD_WIDTH) / 2,
    y: (Math.min(...ys) + Math.max(...ys) + CARD_HEIGHT) / 2,
  };
  return snap({ x: at.x - middle.x, y: at.y - middle.y });
}

/** Further right and down, until nothing that is moved by the offset covers a card: whoever pastes sees two of it. */
function besideCards(parts: readonly { readonly position: Position }[], wanted: Position): Position {
  const { nodes } = graphStore.getState().document;
  let offset = wanted;
  const covers = ({ position }: { readonly position: Position }) =>
    nodes.some(
      (node) =>
        Math.abs(position.x + offset.x - node.position.x) < CARD_WIDTH &&
        Math.abs(position.y + offset.y - node.position.y) < CARD_HEIGHT,
    );
  while (parts.some(covers)) offset = { x: offset.x + 2 * GRID, y: offset.y + 2 * GRID };
  return offset;
}

function clipFromGraph(text: string): Clip | null {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    if (typeof value["format"] !== "string" || !value["format"].startsWith("wiregrad/graph@")) return null;
    const { nodes, notes = [], frames = [], wires = [] } = value;
    return clipFromText(
      JSON.stringify({ format: "wiregrad/clipboard@1", nodes, notes, frames, wires, incoming: [] }),
    );
  } catch {
    return null;
  }
}
