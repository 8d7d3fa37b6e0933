import { around, upToGrid } from "../graph/align";
import { needsDefinition } from "../graph/block-kinds";
import { addDefinition } from "../graph/blocks";
import { kindOf } from "../graph/catalogue-store";
import { type Clip, clipFromText, clipOf, clipToText, paste } from "../graph/clipboard";
import { plural } from "../graph/describe";
import { type DraggedPort, portThatFits, throughPorts } from "../graph/fits";
import { boxOf } from "../graph/frames";
import { endGesture, goTo, graphStore, transact } from "../graph/graph-store";
import * as operations from "../graph/operations";
import { portsOf } from "../graph/ports";
import { applyFix } from "../graph/problems";
import { definitionOf, type Scope, splitPath } from "../graph/scope";
import { select, selectedParts, selectionStore } from "../graph/selection-store";
import {
  CARD_WIDTH,
  GRID,
  type Kind,
  type PortReference,
  type Position,
  type Problem,
  REROUTE,
  type Settings,
} from "../graph/types";
import { withContents } from "./framing";
import { describeMove, describeParts, nameOf, titleOf } from "./labels";

/** About how high a card with two or three ports is. */
const CARD_HEIGHT = 6 * GRID;

/** What hands do on the canvas, as steps of the history. Commands, menus and gestures all end up here. */

export interface AddOptions {
  readonly at: Position;
  /** Connect the new node to this port. */
  readonly from?: DraggedPort | undefined;
  /** Put the new node into the wire that ends here. */
  readonly into?: PortReference | undefined;
}

/** Add a node of a kind, selected; returns its id. */
export function addKind(kind: Kind, { at, from, into }: AddOptions): string | null {
  const through = throughPorts(kind);
  let added: string | null = null;
  transact(into === undefined ? `Add ${kind.title}` : `Insert ${kind.title}`, (draft) => {
    const node = { kind: kind.kind, settings: startingSettings(draft, kind), position: at };
    if (into !== undefined && through !== null) {
      added = operations.insertOnWire(draft, { at: into, node, ...through });
      if (added !== null && kind.kind !== REROUTE) operations.makeRoom(draft, added, CARD_WIDTH);
    }
    added ??= operations.addNode(draft, node);
    const port = from === undefined ? null : portThatFits(kind, from.direction);
    if (from === undefined || port === null) return;
    const end = { node: added, port };
    const start = { node: from.node, port: from.port };
    if (from.direction === "output") operations.connect(draft, start, end);
    else operations.connect(draft, end, start);
  });
  if (added !== null) select([added]);
  return added;
}

/** Those of the catalogue; a use of a block that names none begins a new one. */
function startingSettings(draft: operations.GraphDraft, kind: Kind): Settings {
  const settings = kind.default_settings;
  if (!needsDefinition(kind) || definitionOf({ settings }) !== null) return settings;
  return { ...settings, block: addDefinition(draft) };
}

/** A free place near `wanted` where a card hides no other. */
export function freePlace(wanted: Position): Position {
  const { nodes } = graphStore.getState().document;
  const taken = ({ x, y }: Position) =>
    nodes.some(({ position }) => Math.abs(position.x - x) < GRID && Math.abs(position.y - y) < GRID);
  let place = operations.snap(wanted);
  while (taken(place)) place = { x: place.x + 2 * GRID, y: place.y + 2 * GRID };
  return place;
}

/** Where a card goes that the pointer is on: its header under the pointer. */
export function placeUnder({ x, y }: Position): Position {
  return { x: x - CARD_WIDTH / 2, y: y - GRID };
}

export function addNoteAt(at: Position): void {
  let added = "";
  transact("Add note", (draft) => {
    added = operations.addNote(draft, at);
  });
  select([added]);
}

export function connectPorts(source: PortReference, target: PortReference): void {
  const { document } = graphStore.getState();
  transact(`Connect ${nameOf(document, source.node)} to ${nameOf(document, target.node)}`, (draft) =>
    operations.connect(draft, source, target),
  );
}

export function reconnect(old: PortReference, source: PortReference, target: PortReference): void {
  transact("Move wire", (draft) => {
    operations.disconnect(draft, old);
    operations.connect(draft, source, target);
  });
}

export function cut(target: PortReference): void {
  transact("Remove wire", (draft) => operations.disconnect(draft, target));
}

/** Delete what is selected. With `heal`, wires lead around the deleted nodes. */
export function deleteSelection(heal = false): void {
  const { document, report } = graphStore.getState();
  const ids = [...selectedParts()];
  const wires = document.wires.filter((wire) =>
    selectionStore.getState().wires.has(`${wire.target.node}.${wire.target.port}`),
  );
  if (ids.length === 0 && wires.length === 0) return;
  const label =
    ids.length > 0 ? `Delete ${describeParts(document, ids)}` : `Delete ${plural(wires.length, "wire")}`;
  const inputOrder = (id: string) => {
    const node = document.nodes.find((candidate) => candidate.id === id);
    return portsOf(document, report, node && kindOf(node.kind), id).inputs.map((port) => port.name);
  };
  transact(label, (draft) => {
    for (const wire of wires) operations.disconnect(draft, wire.target);
    if (heal) operations.removeAndHeal(draft, ids, inputOrder);
    else operations.remove(draft, ids);
  });
  select([]);
}

export function nudgeSelection(offset: Position): void {
  const ids = selectedParts();
  if (ids.size === 0) return;
  const { document } = graphStore.getState();
  const moving = withContents(ids);
  transact(describeMove(document, [...ids]), (draft) => operations.moveBy(draft, moving, offset), "nudge");
}

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
  return operations.snap({ x: at.x - middle.x, y: at.y - middle.y });
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

/** Apply a problem's remedy where the problem is; `base` is the scope that the problem's path starts from. */
export function fixProblem(problem: Problem, base: Scope = graphStore.getState().scope): void {
  if (problem.fix === null || problem.node === null) return;
  const { scope, node } = splitPath(problem.node);
  goTo([...base, ...scope]);
  transact(problem.fix.label, (draft) => applyFix(draft, { ...problem, node }));
}

export function rename(id: string, label: string): void {
  const node = graphStore.getState().document.nodes.find((candidate) => candidate.id === id);
  if (node === undefined || node.label === label) return;
  const before = titleOf(graphStore.getState().document, node);
  transact(`Rename ${before}`, (draft) => operations.setLabel(draft, id, label.trim()));
}
