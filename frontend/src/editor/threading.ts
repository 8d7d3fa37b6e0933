import type { MouseEvent as ReactMouseEvent } from "react";
import { kindOf } from "../graph/catalogue-store";
import { indexOf } from "../graph/document";
import { throughPorts } from "../graph/fits";
import { graphStore, transact } from "../graph/graph-store";
import { threadOntoWire } from "../graph/operations";
import type { FlowNode } from "./flow-parts";
import { markDropTarget, wireAt } from "./under-pointer";

type DragEvent = MouseEvent | TouchEvent | ReactMouseEvent;

/** A card without wires that is dragged over a wire goes into it. */
function wireUnder(event: { clientX: number; clientY: number }, dragged: FlowNode, all: FlowNode[]) {
  const { document } = graphStore.getState();
  const node = indexOf(document).nodes.get(dragged.id);
  const kind = node === undefined ? undefined : kindOf(node.kind);
  const through = kind === undefined ? null : throughPorts(kind);
  if (all.length !== 1 || through === null) return null;
  const { into, outOf } = indexOf(document);
  if (into.has(dragged.id) || outOf.has(dragged.id)) return null;
  const target = wireAt({ x: event.clientX, y: event.clientY });
  return target === null ? null : { target, through: { node: dragged.id, ...through } };
}

function pointOf(event: DragEvent): { clientX: number; clientY: number } {
  return "clientX" in event ? event : (event.changedTouches[0] ?? { clientX: 0, clientY: 0 });
}

export function onNodeDrag(event: DragEvent, node: FlowNode, all: FlowNode[]): void {
  markDropTarget(wireUnder(pointOf(event), node, all)?.target ?? null);
}

export function onNodeDragStop(event: DragEvent, node: FlowNode, all: FlowNode[]): void {
  const hit = wireUnder(pointOf(event), node, all);
  markDropTarget(null);
  if (hit !== null) transact("Insert on wire", (draft) => threadOntoWire(draft, hit.target, hit.through));
}
