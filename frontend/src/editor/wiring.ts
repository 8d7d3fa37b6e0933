import type { Connection, FinalConnectionState, OnConnectStartParams } from "@xyflow/react";
import { addKind, connectPorts, cut, reconnect } from "../editing/actions";
import { kindOf } from "../graph/catalogue-store";
import { indexOf } from "../graph/document";
import { type DraggedPort, inputFor, whyNot } from "../graph/fits";
import { graphStore } from "../graph/graph-store";
import { GRID, type PortReference, type Position, REROUTE } from "../graph/types";
import { endConnection, startConnection } from "./connection-store";
import type { FlowEdge } from "./flow-parts";
import { nodeAt } from "./under-pointer";

/** What React Flow reports of wires that are drawn, moved and cut by hand, as steps of the history. */

export function onConnect({ source, sourceHandle, target, targetHandle }: Connection): void {
  if (sourceHandle === null || targetHandle === null) return;
  connectPorts({ node: source, port: sourceHandle }, { node: target, port: targetHandle });
}

export function onConnectStart(_: unknown, { nodeId, handleId, handleType }: OnConnectStartParams): void {
  if (nodeId === null || handleId === null) return;
  startConnection({ node: nodeId, port: handleId, direction: handleType === "source" ? "output" : "input" });
}

/** Only what can never be right is refused here; the server's check judges shapes and dtypes. */
export function isValidConnection({
  source,
  sourceHandle,
  target,
  targetHandle,
}: Connection | FlowEdge): boolean {
  if (sourceHandle == null || targetHandle == null) return false;
  return (
    whyNot(
      graphStore.getState().document,
      { node: source, port: sourceHandle, direction: "output" },
      { node: target, port: targetHandle, direction: "input" },
    ) === null
  );
}

/** React Flow reports the move of a wire's end as a connection too; only one of the two may be answered. */
let isReconnecting = false;

export function onReconnectStart(): void {
  isReconnecting = true;
}

export function onReconnect(edge: FlowEdge, connection: Connection): void {
  const { source, sourceHandle, target, targetHandle } = connection;
  if (edge.targetHandle == null || sourceHandle === null || targetHandle === null) return;
  reconnect(
    { node: edge.target, port: edge.targetHandle },
    { node: source, port: sourceHandle },
    { node: target, port: targetHandle },
  );
}

/** The end of a wire that is dropped on nothing takes the wire away. */
export function onReconnectEnd(
  _event: MouseEvent | TouchEvent,
  edge: FlowEdge,
  _type: unknown,
  state: FinalConnectionState,
): void {
  isReconnecting = false;
  if (state.isValid === null && state.toNode === null && edge.targetHandle != null) {
    cut({ node: edge.target, port: edge.targetHandle });
  }
}

/** A corner where the wire was double-clicked; dragging it leads the wire around other cards. */
export function bendWire(edge: FlowEdge, at: Position): void {
  const kind = kindOf(REROUTE);
  const into = targetOf(edge);
  if (kind !== undefined && into !== undefined) {
    addKind(kind, { at: { x: at.x - GRID / 2, y: at.y - GRID / 2 }, into });
  }
}

export function onEdgeClick(event: { altKey: boolean }, edge: FlowEdge): void {
  const target = targetOf(edge);
  if (event.altKey && target !== undefined) cut(target);
}

/** Where the wire ends that an edge shows, which may be hidden by the bar that the edge ends at. */
function targetOf({ id }: FlowEdge): PortReference | undefined {
  return indexOf(graphStore.getState().document).wires.get(id)?.target;
}

/**
 * A drawn wire was let go. On a card it takes a port; on nothing, the answer says where, and from which port it came.
 */
export function wireDroppedOnCanvas(
  event: MouseEvent | TouchEvent,
  state: FinalConnectionState,
): { screen: Position; dragged: DraggedPort } | null {
  endConnection();
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  if (isReconnecting || state.isValid === true || state.fromHandle?.id == null || point === undefined)
    return null;
  const dragged: DraggedPort = {
    node: state.fromHandle.nodeId,
    port: state.fromHandle.id,
    direction: state.fromHandle.type === "source" ? "output" : "input",
  };
  const screen = { x: point.clientX, y: point.clientY };
  const hit = nodeAt(screen);
  if (hit !== null) dropOnNode(dragged, hit);
  return hit === null && state.toHandle === null ? { screen, dragged } : null;
}

/** A wire dropped on a card, but on no port, takes its first free port. */
function dropOnNode(dragged: DraggedPort, node: string): void {
  const { document, report } = graphStore.getState();
  const found = indexOf(document).nodes.get(node);
  if (found === undefined || node === dragged.node) return;
  if (dragged.direction === "output") {
    const port = inputFor(document, report, kindOf(found.kind), node);
    if (port === null) return;
    const refusal = whyNot(document, dragged, { node, port, direction: "input" });
    if (refusal === null) connectPorts(dragged, { node, port });
    return;
  }
  const port = kindOf(found.kind)?.outputs[0]?.name;
  if (port === undefined || whyNot(document, dragged, { node, port, direction: "output" }) !== null) return;
  connectPorts({ node, port }, dragged);
}
