import type { EdgeChange, NodeChange } from "@xyflow/react";
import { applyNodeChanges } from "@xyflow/react";
import { createStore } from "zustand/vanilla";
import { describeMove } from "../editing/labels";
import { catalogueStore } from "../graph/catalogue-store";
import { endGesture, graphStore, transact } from "../graph/graph-store";
import { move } from "../graph/operations";
import { type Selection, select, selectionStore } from "../graph/selection-store";
import type { Position } from "../graph/types";
import { carriedAlong } from "./carrying";
import { edgesFor, type FlowEdge, type FlowNode, keptBehind, nodesFor } from "./flow-parts";

/**
 * React Flow's own lists of nodes and edges. They follow the document and the selection; only a drag under way and
 * measured sizes live here alone. Objects that did not change keep their identity, so React Flow draws nothing twice.
 */
interface FlowState {
  readonly nodes: FlowNode[];
  readonly edges: FlowEdge[];
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

/** A plain click on one of several that are selected selects it alone; to drag all of them is no click. */
export function onNodeClick(
  { ctrlKey, metaKey, shiftKey }: Pick<MouseEvent, "ctrlKey" | "metaKey" | "shiftKey">,
  { id }: Pick<FlowNode, "id">,
): void {
  const { nodes } = selectionStore.getState();
  if (!ctrlKey && !metaKey && !shiftKey && nodes.size > 1 && nodes.has(id)) select([id]);
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
