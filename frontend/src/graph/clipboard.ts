import { FRAME_COLORS, renamedHidden } from "./frames";
import { freshId, takenIds } from "./identifiers";
import { connect, type GraphDraft } from "./operations";
import type { Frame, GraphDocument, GraphNode, Note, Position, Wire } from "./types";

export const CLIPBOARD_FORMAT = "wiregrad/clipboard@1";

/** What is copied: parts, the wires among them, and the wires that came in from outside. */
export interface Clip {
  readonly format: typeof CLIPBOARD_FORMAT;
  readonly nodes: readonly GraphNode[];
  readonly notes: readonly Note[];
  readonly frames: readonly Frame[];
  readonly wires: readonly Wire[];
  readonly incoming: readonly Wire[];
}

export function clipOf(document: GraphDocument, ids: ReadonlySet<string>): Clip {
  return {
    format: CLIPBOARD_FORMAT,
    nodes: document.nodes.filter((node) => ids.has(node.id)),
    notes: document.notes.filter((note) => ids.has(note.id)),
    frames: document.frames.filter((frame) => ids.has(frame.id)),
    wires: document.wires.filter((wire) => ids.has(wire.source.node) && ids.has(wire.target.node)),
    incoming: document.wires.filter((wire) => !ids.has(wire.source.node) && ids.has(wire.target.node)),
  };
}

export function clipToText(clip: Clip): string {
  return JSON.stringify(clip, null, 1);
}

/** The clip in a text, or null if the text is something else. Text from elsewhere is never trusted in its shape. */
export function clipFromText(text: string): Clip | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || value["format"] !== CLIPBOARD_FORMAT) return null;
  // Texts that were copied before frames could be have none.
  const { nodes, notes, frames = [], wires, incoming } = value;
  const good =
    isListOf(nodes, isNode) &&
    isListOf(notes, isNote) &&
    isListOf(frames, isFrame) &&
    isListOf(wires, isWire) &&
    isListOf(incoming, isWire);
  if (!good) return null;
  return {
    format: CLIPBOARD_FORMAT,
    nodes: nodes.map((node) => ({ ...node, bypassed: node.bypassed ?? false })),
    notes,
    frames: frames.map((frame) => ({ ...frame, color: frame.color ?? "plain", hides: frame.hides ?? null })),
    wires,
    incoming,
  };
}

export interface PasteOptions {
  readonly offset: Position;
  /** Also draw the wires that came in from outside, where their sources are in this document. */
  readonly keepIncoming: boolean;
}

/** Add a clip's parts under fresh ids; returns the ids of what was added. */
export function paste(draft: GraphDraft, clip: Clip, { offset, keepIncoming }: PasteOptions): string[] {
  const taken = takenIds(draft);
  const renamed = new Map<string, string>();
  for (const part of [...clip.nodes, ...clip.notes, ...clip.frames]) {
    const id = freshId(part.id, taken);
    taken.add(id);
    renamed.set(part.id, id);
  }
  const newId = (id: string) => renamed.get(id) as string;
  const shifted = ({ x, y }: Position) => ({ x: x + offset.x, y: y + offset.y });
  const outside = new Set(draft.nodes.map((node) => node.id));
  for (const node of clip.nodes) {
    const settings = renameNodes(structuredClone(node.settings), renamed);
    draft.nodes.push({ ...node, id: newId(node.id), settings, position: shifted(node.position) });
  }
  for (const note of clip.notes) {
    draft.notes.push({ ...note, id: newId(note.id), position: shifted(note.position) });
  }
  for (const frame of clip.frames) {
    const hides = renamedHidden(frame, renamed);
    draft.frames.push({ ...frame, id: newId(frame.id), position: shifted(frame.position), hides });
  }
  for (const { source, target } of clip.wires) {
    if (!renamed.has(source.node) || !renamed.has(target.node)) continue;
    connect(draft, { ...source, node: newId(source.node) }, { ...target, node: newId(target.node) });
  }
  for (const { source, target } of keepIncoming ? clip.incoming : []) {
    if (!outside.has(source.node) || !renamed.has(target.node)) continue;
    connect(draft, source, { ...target, node: newId(target.node) });
  }
  return [...renamed.values()];
}

/** A setting that lists nodes (such as which ones an Optimizer changes) follows the copies. */
function renameNodes(
  settings: Record<string, unknown>,
  renamed: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const isListOfCopied = (value: unknown): value is string[] =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((id) => typeof id === "string" && renamed.has(id));
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      isListOfCopied(value) ? value.map((id) => renamed.get(id)) : value,
    ]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOf<T>(value: unknown, is: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}

function isPosition(value: unknown): value is Position {
  return isRecord(value) && Number.isFinite(value["x"]) && Number.isFinite(value["y"]);
}

const IDENTIFIER = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,127}$/;

function isIdentifier(value: unknown): value is string {
  return typeof value === "string" && IDENTIFIER.test(value);
}

function isNode(value: unknown): value is GraphNode {
  return (
    isRecord(value) &&
    isIdentifier(value["id"]) &&
    isIdentifier(value["kind"]) &&
    typeof value["label"] === "string" &&
    isRecord(value["settings"]) &&
    isPosition(value["position"]) &&
    (value["bypassed"] === undefined || typeof value["bypassed"] === "boolean")
  );
}

function isNote(value: unknown): value is Note {
  return isRecord(value) && typeof value["text"] === "string" && isRectangle(value);
}

function isFrame(value: unknown): value is Frame {
  if (!isRecord(value) || typeof value["title"] !== "string" || !isRectangle(value)) return false;
  // Files may leave out what is plain, and what is open.
  const hides = value["hides"] ?? null;
  if (hides !== null && !isListOf(hides, isIdentifier)) return false;
  return value["color"] === undefined || FRAME_COLORS.some((color) => color === value["color"]);
}

function isRectangle(value: Record<string, unknown>): boolean {
  return (
    isIdentifier(value["id"]) &&
    isPosition(value["position"]) &&
    Number.isFinite(value["width"]) &&
    Number.isFinite(value["height"])
  );
}

function isWire(value: unknown): value is Wire {
  const isEnd = (end: unknown) => isRecord(end) && isIdentifier(end["node"]) && isIdentifier(end["port"]);
  return isRecord(value) && isEnd(value["source"]) && isEnd(value["target"]);
}
