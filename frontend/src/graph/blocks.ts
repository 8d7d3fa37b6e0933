import { current, type Draft, isDraft } from "immer";
import { reaches } from "./document";
import { renamedHidden } from "./frames";
import { freshId, takenIds } from "./identifiers";
import { addNode, connect, type GraphDraft, remove } from "./operations";
import { definitionOf } from "./scope";
import {
  type BlockDefinition,
  CARD_WIDTH,
  GRID,
  type GraphDocument,
  type GraphNode,
  type PortReference,
  type Position,
  portId,
  samePort,
  type Wire,
} from "./types";

/** Blocks: subgraphs that are drawn once and used as nodes. All of these change a draft, as the other operations do. */

const GAP = 4 * GRID;
/** The kinds of a block's ports. */
export const BLOCK_PORTS: ReadonlySet<string> = new Set(["BlockInput", "BlockOutput"]);
const ENTRY = { kind: "BlockInput", port: "output", name: "input" } as const;
const EXIT = { kind: "BlockOutput", port: "input", name: "output" } as const;

/** How often a definition is used in the whole document, inside other definitions too. */
export function usesOf(whole: GraphDocument, id: string): number {
  const all = [...whole.nodes, ...whole.blocks.flatMap((block) => block.nodes)];
  return all.filter((node) => definitionOf(node) === id).length;
}

/** The names of a definition's ports, in their order. */
export function portNames(block: Pick<BlockDefinition, "nodes">): { inputs: string[]; outputs: string[] } {
  const namesOf = ({ kind, name }: typeof ENTRY | typeof EXIT) =>
    block.nodes.filter((node) => node.kind === kind).map((node) => nameOf(node, name));
  return { inputs: namesOf(ENTRY), outputs: namesOf(EXIT) };
}

function nameOf(node: Pick<GraphNode, "settings">, otherwise: string): string {
  const { name } = node.settings;
  return typeof name === "string" && name !== "" ? name : otherwise;
}

/** A definition that passes its input on, to be drawn further; returns its id. */
export function addDefinition(draft: GraphDraft, name = freshName(draft)): string {
  const id = freshId(name, new Set(draft.blocks.map((block) => block.id)));
  const nodes: Draft<GraphNode>[] = [
    newPort(ENTRY, "input", ENTRY.name, { x: 0, y: 0 }),
    newPort(EXIT, "output", EXIT.name, { x: CARD_WIDTH + GAP, y: 0 }),
  ];
  const wires: Draft<Wire>[] = [
    { source: { node: "input", port: ENTRY.port }, target: { node: "output", port: EXIT.port } },
  ];
  draft.blocks.push({ id, name, description: "", nodes, wires, notes: [], frames: [] });
  return id;
}

function freshName(draft: GraphDraft): string {
  const taken = new Set(draft.blocks.map((block) => block.name));
  for (let number = 1; ; number += 1) {
    if (!taken.has(`Block ${number}`)) return `Block ${number}`;
  }
}

function newPort(
  { kind }: typeof ENTRY | typeof EXIT,
  id: string,
  name: string,
  position: Position,
): Draft<GraphNode> {
  return { id, kind, label: "", settings: { name }, position: { ...position }, bypassed: false };
}

/** The nodes outside a selection that lie on a way from it back into it: without them it cannot be one node. */
export function nodesBetween(document: GraphDocument, ids: ReadonlySet<string>): readonly string[] {
  const leadsBack = (node: string) => [...ids].some((id) => reaches(document, node, id));
  const after = document.wires
    .filter((wire) => ids.has(wire.source.node) && !ids.has(wire.target.node))
    .map((wire) => wire.target.node);
  return [...new Set(after)].filter(leadsBack);
}

/**
 * Make a block of some nodes and put a use of it in their place. Each value that came in from outside becomes an input of
 * the block, each that goes out an output. Returns the id of the new node; null if there was nothing to group.
 */
export function group(draft: GraphDraft, ids: ReadonlySet<string>): string | null {
  const nodes = draft.nodes.filter((node) => ids.has(node.id));
  if (nodes.length === 0) return null;
  const inside = (port: PortReference) => ids.has(port.node);
  const incoming = draft.wires.filter((wire) => !inside(wire.source) && inside(wire.target));
  const outgoing = draft.wires.filter((wire) => inside(wire.source) && !inside(wire.target));
  const wires = draft.wires.filter((wire) => inside(wire.source) && inside(wire.target));
  const [left, right] = [
    Math.min(...nodes.map((node) => node.position.x)),
    Math.max(...nodes.map((node) => node.position.x)),
  ];
  const place = { x: left, y: Math.min(...nodes.map((node) => node.position.y)) };
  const placeOf = new Map(nodes.map((node) => [node.id, node.position.y]));
  const block: Draft<BlockDefinition> = {
    id: "",
    name: freshName(draft),
    description: "",
    nodes: structuredClone(nodes.map(plain)),
    wires: structuredClone(wires.map(plain)),
    notes: structuredClone(draft.notes.filter((note) => ids.has(note.id)).map(plain)),
    frames: structuredClone(draft.frames.filter((frame) => ids.has(frame.id)).map(plain)),
  };
  const entries = portsFor(block, ENTRY, incoming, (wire) => ({
    name: wire.target.port,
    position: { x: left - CARD_WIDTH - GAP, y: placeOf.get(wire.target.node) ?? 0 },
  }));
  const exits = portsFor(block, EXIT, outgoing, (wire) => ({
    name: wire.source.port,
    position: { x: right + CARD_WIDTH + GAP, y: placeOf.get(wire.source.node) ?? 0 },
  }));
  for (const { source, target } of incoming) {
    const entry = entries.get(portId(source));
    if (entry !== undefined)
      block.wires.push({ source: { node: entry.id, port: ENTRY.port }, target: { ...target } });
  }
  for (const [, exit] of exits) {
    block.wires.push({ source: { ...exit.source }, target: { node: exit.id, port: EXIT.port } });
  }
  block.id = freshId(block.name, new Set(draft.blocks.map(({ id }) => id)));
  draft.blocks.push(block);
  remove(draft, ids);
  const use = addNode(draft, {
    kind: "Block",
    settings: { block: block.id, weights: "own" },
    position: place,
  });
  for (const [, { name, source }] of entries) connect(draft, source, { node: use, port: name });
  for (const { source, target } of outgoing) {
    const exit = exits.get(portId(source));
    if (exit !== undefined) connect(draft, { node: use, port: exit.name }, target);
  }
  return use;
}

interface NewPort {
  readonly id: string;
  readonly name: string;
  readonly source: PortReference;
}

/** One port node for each value that crosses the border, by the port it comes from. */
function portsFor(
  block: Draft<BlockDefinition>,
  port: typeof ENTRY | typeof EXIT,
  crossing: readonly Wire[],
  describe: (wire: Wire) => { readonly name: string; readonly position: Position },
): Map<string, NewPort> {
  const made = new Map<string, NewPort>();
  const names = new Set<string>();
  const rows = new Set<number>();
  for (const wire of crossing) {
    const key = portId(wire.source);
    if (made.has(key)) continue;
    const { name: wanted, position } = describe(wire);
    const name = freshId(wanted, names);
    const id = freshId(name, takenIds(block));
    let { y } = position;
    while (rows.has(y)) y += 6 * GRID;
    names.add(name);
    rows.add(y);
    block.nodes.push(newPort(port, id, name, { x: position.x, y }));
    made.set(key, { id, name, source: { ...wire.source } });
  }
  return made;
}

/** Put the parts of a block in the place of one of its uses; returns their ids. The definition stays for other uses. */
export function ungroup(draft: GraphDraft, use: string): string[] {
  const node = draft.nodes.find(({ id }) => id === use);
  const block = draft.blocks.find(({ id }) => node !== undefined && id === definitionOf(node));
  if (node === undefined || block === undefined) return [];
  const parts = block.nodes.filter(({ kind }) => kind !== ENTRY.kind && kind !== EXIT.kind);
  const around = draft.wires
    .filter((wire) => wire.source.node === use || wire.target.node === use)
    .map(plain);
  remove(draft, [use]);
  const offset = offsetTo(node.position, parts);
  const taken = takenIds(draft);
  const renamed = new Map<string, string>();
  for (const part of parts) {
    const id = freshId(part.id, taken);
    taken.add(id);
    renamed.set(part.id, id);
    draft.nodes.push({ ...structuredClone(plain(part)), id, position: shifted(part.position, offset) });
  }
  for (const note of block.notes) {
    const id = freshId(note.id, taken);
    taken.add(id);
    renamed.set(note.id, id);
    draft.notes.push({ ...plain(note), id, position: shifted(note.position, offset) });
  }
  for (const frame of block.frames) {
    const id = freshId(frame.id, taken);
    taken.add(id);
    renamed.set(frame.id, id);
  }
  for (const frame of block.frames) {
    const id = renamed.get(frame.id) as string;
    const hides = renamedHidden(frame, renamed);
    draft.frames.push({ ...plain(frame), id, position: shifted(frame.position, offset), hides });
  }
  const sourceOf = (inner: PortReference): PortReference | null => {
    const entry = block.nodes.find(({ id, kind }) => id === inner.node && kind === ENTRY.kind);
    if (entry === undefined) {
      const id = renamed.get(inner.node);
      return id === undefined ? null : { node: id, port: inner.port };
    }
    const port = { node: use, port: nameOf(entry, ENTRY.name) };
    return around.find((wire) => samePort(wire.target, port))?.source ?? null;
  };
  for (const { source, target } of block.wires) {
    const [from, to] = [sourceOf(source), renamed.get(target.node)];
    if (from !== null && to !== undefined) connect(draft, from, { node: to, port: target.port });
  }
  for (const { source, target } of around.filter((wire) => wire.source.node === use)) {
    const exit = block.nodes.find(
      (part) => part.kind === EXIT.kind && nameOf(part, EXIT.name) === source.port,
    );
    const feeding = block.wires.find((wire) => wire.target.node === exit?.id);
    const from = feeding === undefined ? null : sourceOf(feeding.source);
    if (from !== null) connect(draft, from, target);
  }
  return parts.map(({ id }) => renamed.get(id) as string);
}

export function setDefinition(
  draft: GraphDraft,
  id: string,
  change: Partial<Pick<BlockDefinition, "name" | "description">>,
): void {
  const block = draft.blocks.find((candidate) => candidate.id === id);
  if (block !== undefined) Object.assign(block, change);
}

/** Take a definition that nobody uses out of the document. */
export function removeDefinition(draft: GraphDraft, id: string): void {
  draft.blocks = draft.blocks.filter((block) => block.id !== id);
}

/** Moves the upper left corner of the parts to where the use stood. */
function offsetTo({ x, y }: Position, parts: readonly { readonly position: Position }[]): Position {
  if (parts.length === 0) return { x: 0, y: 0 };
  return {
    x: x - Math.min(...parts.map(({ position }) => position.x)),
    y: y - Math.min(...parts.map(({ position }) => position.y)),
  };
}

function shifted({ x, y }: Position, offset: Position): Position {
  return { x: x + offset.x, y: y + offset.y };
}

/** Out of the draft: what is copied must not change with what it came from. */
function plain<Part>(part: Part): Part {
  return isDraft(part) ? (current(part as object) as Part) : part;
}
