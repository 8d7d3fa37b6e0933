import { needsDefinition } from "../graph/block-kinds";
import { addDefinition } from "../graph/blocks";
import { kindOf } from "../graph/catalogue-store";
import { plural } from "../graph/describe";
import { type DraggedPort, portThatFits, throughPorts } from "../graph/fits";
import { goTo, graphStore, transact } from "../graph/graph-store";
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
