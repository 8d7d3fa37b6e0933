import type { Edge, EdgeChange, Node, NodeChange } from "@xyflow/react";
import { applyNodeChanges } from "@xyflow/react";
import { createStore } from "zustand/vanilla";
import { describeMove, nameOf, titleOf } from "../editing/labels";
import { catalogueStore, kindOf } from "../graph/catalogue-store";
import { endGesture, graphStore, transact } from "../graph/graph-store";
import { leftOut } from "../graph/leaving-out";
import { move } from "../graph/operations";
import { type Selection, select, selectionStore } from "../graph/selection-store";
import { type GraphDocument, type Position, wireId } from "../graph/types";
import { carriedAlong } from "./carrying";

/**
 * React Flow's own lists of nodes and edges. They follow the document and the selection; only a drag under way and
 * measured sizes live here alone. Objects that did not change keep their identity, so React Flow draws nothing twice.
 */
export type FlowNode = Node<Record<string, never>, "card" | "note" | "frame">;
export type FlowEdge = Edge<Record<string, never>, "wire">;

interface FlowState {
  readonly nodes: FlowNode[];
  readonly edges: FlowEdge[];
}

const NO_DATA: Record<string, never> = {};
/** What a frame is dragged by. */
export const FRAME_GRIP = "frame-grip";
const FRAME_STYLE = { pointerEvents: "none" } as const;
/** React Flow lifts what is selected by this much; a frame stays behind the cards all the same. */
const LIFT = 1000;

/** Smaller frames lie over larger ones, and all of them behind wires and cards. */
function frameLevel(level: number, isSelected: boolean): number {
  return isSelected ? level - LIFT : level;
}

export const flowStore = createStore<FlowState>()(() => ({ nodes: [], edges: [] }));

/** Follow the document and the selection; returns what stops it. */
export function keepFlowInStep(): () => void {
  const rebuild = () => {
    const { nodes, edges } = flowStore.getState();
    const { document } = graphStore.getState();
    const selection = selectionStore.getState();
    flowStore.setState({
      nodes: nodesFor(nodes, document, selection),
      edges: edgesFor(edges, document, selection),
    });
  };
  rebuild();
  const stopGraph = graphStore.subscribe((state, before) => {
    if (state.document !== before.document) rebuild();
  });
  const stopSelection = selectionStore.subscribe((selection) => {
    const { nodes, edges } = flowStore.getState();
    const chosen = marked(nodes, selection.nodes);
    flowStore.setState({
      nodes: chosen === nodes ? nodes : chosen.map(keptBehind),
      edges: marked(edges, selection.wires),
    });
  });
  const stopCatalogue = catalogueStore.subscribe(rebuild);
  return () => {
    stopGraph();
    stopSelection();
    stopCatalogue();
    flowStore.setState({ nodes: [], edges: [] });
  };
}

/** A frame that was just selected, or is no longer. */
function keptBehind(node: FlowNode): FlowNode {
  if (node.type !== "frame" || node.zIndex === undefined) return node;
  const level = node.zIndex < -LIFT / 2 ? node.zIndex + LIFT : node.zIndex;
  const zIndex = frameLevel(level, node.selected === true);
  return zIndex === node.zIndex ? node : { ...node, zIndex };
}

function marked<Part extends { id: string; selected?: boolean }>(
  parts: Part[],
  selected: ReadonlySet<string>,
): Part[] {
  let changed = false;
  const next = parts.map((part) => {
    if (part.selected === selected.has(part.id)) return part;
    changed = true;
    return { ...part, selected: selected.has(part.id) };
  });
  return changed ? next : parts;
}

export function nodesFor(before: FlowNode[], document: GraphDocument, selection: Selection): FlowNode[] {
  const old = new Map(before.map((node) => [node.id, node]));
  const put = (wanted: FlowNode): FlowNode => {
    const known = old.get(wanted.id);
    if (known === undefined || known.type !== wanted.type) return wanted;
    const same =
      known.position.x === wanted.position.x &&
      known.position.y === wanted.position.y &&
      known.selected === wanted.selected &&
      known.ariaLabel === wanted.ariaLabel &&
      known.width === wanted.width &&
      known.height === wanted.height &&
      known.zIndex === wanted.zIndex;
    return same ? known : { ...known, ...wanted };
  };
  const bySize = document.frames.toSorted((a, b) => b.width * b.height - a.width * a.height);
  const frames = bySize.map(
    (frame, place): FlowNode =>
      put({
        id: frame.id,
        type: "frame",
        position: frame.position,
        data: NO_DATA,
        width: frame.width,
        height: frame.height,
        selected: selection.nodes.has(frame.id),
        // Its title takes the pointer; all else of it lets it through to what lies behind and in it.
        style: FRAME_STYLE,
        dragHandle: `.${FRAME_GRIP}`,
        selectable: false,
        focusable: false,
        zIndex: frameLevel(place - bySize.length, selection.nodes.has(frame.id)),
      }),
  );
  const notes = document.notes.map(
    (note): FlowNode =>
      put({
        id: note.id,
        type: "note",
        position: note.position,
        data: NO_DATA,
        width: note.width,
        height: note.height,
        selected: selection.nodes.has(note.id),
        ariaLabel: "Note",
      }),
  );
  const cards = document.nodes.map(
    (node): FlowNode =>
      put({
        id: node.id,
        type: "card",
        position: node.position,
        data: NO_DATA,
        selected: selection.nodes.has(node.id),
        ariaLabel: [titleOf(document, node), node.kind, ...leftOut(kindOf(node.kind), node)].join(", "),
      }),
  );
  return [...frames, ...notes, ...cards];
}

export function edgesFor(before: FlowEdge[], document: GraphDocument, selection: Selection): FlowEdge[] {
  const old = new Map(before.map((edge) => [edge.id, edge]));
  return document.wires.map((wire): FlowEdge => {
    const id = wireId(wire);
    const known = old.get(id);
    const selected = selection.wires.has(id);
    const { source, target } = wire;
    const ariaLabel = `Wire from ${nameOf(document, source.node)}, ${source.port}, to ${nameOf(document, target.node)}, ${target.port}`;
    if (
      known?.source === source.node &&
      known.sourceHandle === source.port &&
      known.selected === selected &&
      known.ariaLabel === ariaLabel
    ) {
      return known;
    }
    return {
      id,
      type: "wire",
      source: source.node,
      sourceHandle: source.port,
      target: target.node,
      targetHandle: target.port,
      selected,
      ariaLabel,
    };
  });
}

/** What React Flow reports: sizes and drags stay here, selections and finished moves go where they belong. */
export function onNodesChange(changes: NodeChange<FlowNode>[]): void {
  const { nodes } = flowStore.getState();
  const moves = changes.filter((change) => change.type === "position");
  const sizes = changes.filter((change) => change.type === "dimensions");
  const wasDragging = nodes.some((node) => node.dragging);
  const carried = carriedAlong(moves);
  const kept = [...sizes, ...moves, ...carried];
  if (kept.length > 0) flowStore.setState({ nodes: applyNodeChanges(kept, nodes) });
  selectFrom(changes, "nodes");
  const places = new Map<string, Position>();
  for (const change of [...moves, ...carried]) {
    if (change.dragging === false && change.position !== undefined) {
      places.set(change.id, change.position);
    }
  }
  if (places.size > 0) commitMove(places, wasDragging);
}

function commitMove(places: ReadonlyMap<string, Position>, wasDragging: boolean): void {
  const { document } = graphStore.getState();
  if (wasDragging) endGesture();
  transact(
    describeMove(document, [...places.keys()]),
    (draft) => move(draft, places),
    wasDragging ? null : "nudge",
  );
}

export function onEdgesChange(changes: EdgeChange<FlowEdge>[]): void {
  selectFrom(changes, "wires");
}

function selectFrom(
  changes: readonly (NodeChange<FlowNode> | EdgeChange<FlowEdge>)[],
  which: keyof Selection,
): void {
  const selection = selectionStore.getState();
  const next = new Set(selection[which]);
  for (const change of changes) {
    if (change.type !== "select") continue;
    if (change.selected) next.add(change.id);
    else next.delete(change.id);
  }
  if (which === "nodes") select(next, selection.wires);
  else select(selection.nodes, next);
}
