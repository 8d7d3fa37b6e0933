import type { Draft } from "immer";
import { hiddenAmong } from "./collapsing";
import { freshId, takenIds } from "./identifiers";
import {
  GRID,
  type GraphDocument,
  type Note,
  type PortReference,
  type Position,
  type Settings,
  samePort,
  type TrainingSettings,
  type Wire,
} from "./types";

/**
 * Everything that can be done to a document. Each operation changes an immer draft, so it is written as a change and
 * leaves the document it came from as it was. What it creates, it returns the id of.
 */
export type GraphDraft = Draft<GraphDocument>;

export interface NewNode {
  readonly kind: string;
  readonly settings?: Settings;
  readonly position: Position;
  readonly label?: string;
}

export function snap(position: Position): Position {
  // Adding zero turns a minus zero into a plain one, which JSON would do later.
  const snapped = (value: number) => Math.round(value / GRID) * GRID + 0;
  return { x: snapped(position.x), y: snapped(position.y) };
}

export function addNode(draft: GraphDraft, { kind, settings = {}, position, label = "" }: NewNode): string {
  const id = freshId(kind, takenIds(draft));
  draft.nodes.push({
    id,
    kind,
    label,
    settings: structuredClone(settings),
    position: snap(position),
    bypassed: false,
  });
  return id;
}

export function addNote(draft: GraphDraft, position: Position, text = ""): string {
  const id = freshId("note", takenIds(draft));
  draft.notes.push({ id, text, position: snap(position), width: 240, height: 120 });
  return id;
}

/** Draw a wire; the one that ended at the same port is replaced. */
export function connect(draft: GraphDraft, source: PortReference, target: PortReference): void {
  if (source.node === target.node) return;
  const present = draft.wires.find((wire) => samePort(wire.target, target));
  if (present === undefined) draft.wires.push({ source: { ...source }, target: { ...target } });
  else present.source = { ...source };
}

export function disconnect(draft: GraphDraft, target: PortReference): void {
  draft.wires = draft.wires.filter((wire) => !samePort(wire.target, target));
}

/** Remove nodes, notes and frames, and with them the wires that would hang loose. */
export function remove(draft: GraphDraft, ids: Iterable<string>): void {
  const gone = new Set(ids);
  draft.nodes = draft.nodes.filter((node) => !gone.has(node.id));
  draft.notes = draft.notes.filter((note) => !gone.has(note.id));
  draft.frames = draft.frames.filter((frame) => !gone.has(frame.id));
  for (const frame of draft.frames) {
    if (frame.hides?.some((id) => gone.has(id))) frame.hides = frame.hides.filter((id) => !gone.has(id));
  }
  draft.wires = draft.wires.filter((wire) => !gone.has(wire.source.node) && !gone.has(wire.target.node));
}

/**
 * Remove nodes and lead each wire that left one of them back to what fed it: the source of the removed node's first
 * wired input, in the order of `inputOrder`.
 */
export function removeAndHeal(
  draft: GraphDraft,
  ids: Iterable<string>,
  inputOrder: (node: string) => readonly string[],
): void {
  const gone = new Set(ids);
  const sourceBehind = (node: string, seen: ReadonlySet<string>): PortReference | null => {
    if (seen.has(node)) return null;
    const feeding = firstInput(draft.wires, node, inputOrder(node));
    if (feeding === undefined) return null;
    if (!gone.has(feeding.source.node)) return feeding.source;
    return sourceBehind(feeding.source.node, new Set([...seen, node]));
  };
  const healed = draft.wires
    .filter((wire) => gone.has(wire.source.node) && !gone.has(wire.target.node))
    .map((wire) => ({ source: sourceBehind(wire.source.node, new Set()), target: wire.target }));
  const replacements = healed.flatMap(({ source, target }) =>
    source === null ? [] : [{ source: { ...source }, target: { ...target } }],
  );
  remove(draft, gone);
  for (const { source, target } of replacements) connect(draft, source, target);
}

function firstInput(wires: readonly Wire[], node: string, order: readonly string[]): Wire | undefined {
  const entering = wires.filter((wire) => wire.target.node === node);
  const inOrder = order.flatMap((port) => entering.find((wire) => wire.target.port === port) ?? []);
  return inOrder[0] ?? entering[0];
}

/** What a collapsed frame hides goes with it, unless it was given a place of its own. */
export function move(draft: GraphDraft, places: ReadonlyMap<string, Position>): void {
  const hidden = hiddenAmong(draft.frames);
  const offsets = new Map<string, Position>();
  for (const part of [...draft.frames, ...draft.nodes, ...draft.notes]) {
    const place = places.get(part.id);
    if (place === undefined) continue;
    const { x, y } = part.position;
    offsets.set(part.id, { x: place.x - x, y: place.y - y });
    part.position = { x: place.x, y: place.y };
  }
  for (const part of [...draft.frames, ...draft.nodes, ...draft.notes]) {
    const offset = places.has(part.id) ? undefined : offsets.get(hidden.get(part.id) ?? "");
    if (offset !== undefined) part.position = shifted(part.position, offset);
  }
}

export function moveBy(draft: GraphDraft, ids: ReadonlySet<string>, offset: Position): void {
  const hidden = hiddenAmong(draft.frames);
  for (const part of [...draft.nodes, ...draft.notes, ...draft.frames]) {
    if (ids.has(part.id) || ids.has(hidden.get(part.id) ?? ""))
      part.position = shifted(part.position, offset);
  }
}

function shifted({ x, y }: Position, offset: Position): Position {
  return { x: x + offset.x, y: y + offset.y };
}

export function setSetting(draft: GraphDraft, node: string, name: string, value: unknown): void {
  const found = draft.nodes.find(({ id }) => id === node);
  if (found !== undefined) found.settings[name] = value;
}

export function setSettings(draft: GraphDraft, node: string, settings: Settings): void {
  const found = draft.nodes.find(({ id }) => id === node);
  if (found !== undefined) Object.assign(found.settings, structuredClone(settings));
}

export function setLabel(draft: GraphDraft, node: string, label: string): void {
  const found = draft.nodes.find(({ id }) => id === node);
  if (found !== undefined) found.label = label.slice(0, 128);
}

export function setBypassed(draft: GraphDraft, ids: ReadonlySet<string>, bypassed: boolean): void {
  for (const node of draft.nodes) {
    if (ids.has(node.id)) node.bypassed = bypassed;
  }
}

export function setNote(draft: GraphDraft, note: string, change: Partial<Omit<Note, "id">>): void {
  const found = draft.notes.find(({ id }) => id === note);
  if (found !== undefined) Object.assign(found, change);
}

export function setTraining(draft: GraphDraft, change: Partial<TrainingSettings>): void {
  Object.assign(draft.training, change);
}

export interface Insertion {
  /** The wire to cut, by the port it ends at. */
  readonly at: PortReference;
  readonly node: NewNode;
  readonly input: string;
  readonly output: string;
}

/** Put a new node into a wire; what came from the wire's source now goes through it. Null if there is no such wire. */
export function insertOnWire(draft: GraphDraft, { at, node, input, output }: Insertion): string | null {
  const cut = draft.wires.find((wire) => samePort(wire.target, at));
  if (cut === undefined) return null;
  const source = { ...cut.source };
  const id = addNode(draft, node);
  connect(draft, source, { node: id, port: input });
  connect(draft, { node: id, port: output }, at);
  return id;
}

/**
 * Move what comes after a node that was put into a wire to the right, as far as needed for it to stand free between its
 * neighbors, each `width` wide. Other branches stay where they are, and so do the rows below of a graph that is drawn in
 * rows: they are reached by a wire that leads back to the left.
 */
export function makeRoom(draft: GraphDraft, inserted: string, width: number): void {
  const gap = 3 * GRID;
  const positionOf = (id: string) => draft.nodes.find((node) => node.id === id)?.position;
  const place = positionOf(inserted);
  const before = draft.wires.filter((wire) => wire.target.node === inserted);
  const after = draft.wires.filter((wire) => wire.source.node === inserted);
  if (place === undefined) return;
  for (const { source } of before) {
    const left = positionOf(source.node);
    if (left === undefined) continue;
    place.x = Math.max(place.x, left.x + width + gap);
    // In a row, if it was put nearly there.
    if (Math.abs(place.y - left.y) <= gap) place.y = left.y;
  }
  const needed = after.map(({ target }) => {
    const right = positionOf(target.node);
    return right === undefined ? 0 : place.x + width + gap - right.x;
  });
  const offset = Math.max(0, ...needed);
  if (offset === 0) return;
  const moving = downstream(draft, inserted);
  for (const node of draft.nodes) {
    if (moving.has(node.id)) node.position.x += offset;
  }
}

function downstream(draft: GraphDraft, start: string): ReadonlySet<string> {
  const columns = new Map(draft.nodes.map((node) => [node.id, node.position.x]));
  const isForward = ({ source, target }: Wire) =>
    source.node === start || (columns.get(target.node) ?? 0) > (columns.get(source.node) ?? 0);
  const next = Map.groupBy(draft.wires.filter(isForward), (wire) => wire.source.node);
  const found = new Set<string>();
  const waiting = [start];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (const { target } of next.get(node) ?? []) {
      if (found.has(target.node)) continue;
      found.add(target.node);
      waiting.push(target.node);
    }
  }
  return found;
}

/** Put a node that is already there, with nothing connected where it matters, into a wire. */
export function threadOntoWire(
  draft: GraphDraft,
  at: PortReference,
  through: { node: string; input: string; output: string },
): void {
  const cut = draft.wires.find((wire) => samePort(wire.target, at));
  if (cut === undefined || cut.source.node === through.node || at.node === through.node) return;
  const source = { ...cut.source };
  connect(draft, source, { node: through.node, port: through.input });
  connect(draft, { node: through.node, port: through.output }, at);
}
