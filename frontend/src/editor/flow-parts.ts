import type { Edge, Node } from "@xyflow/react";
import { nameOf, titleOf } from "../editing/labels";
import { BAR_HEIGHT, barOf, hiddenIn, isOpen, seenEnds } from "../graph/collapsing";
import { leftOut } from "../graph/leaving-out";
import type { Selection } from "../graph/selection-store";
import { type GraphDocument, wireId } from "../graph/types";

/** What React Flow draws of a document: objects that did not change keep their identity. */
export type FlowNode = Node<Record<string, never>, "card" | "note" | "frame" | "bar">;
export type FlowEdge = Edge<Record<string, never>, "wire">;

const NO_DATA: Record<string, never> = {};
/** What a frame is dragged by. */
export const FRAME_GRIP = "frame-grip";
/** Where wires meet that end at something hidden. */
export const BAR_HANDLES = { source: "out", target: "in" } as const;
const FRAME_STYLE = { pointerEvents: "none" } as const;
/** React Flow lifts what is selected by this much; a frame stays behind the cards all the same. */
const LIFT = 1000;

/** Smaller frames lie over larger ones, and all of them behind wires and cards. */
function frameLevel(level: number, isSelected: boolean): number {
  return isSelected ? level - LIFT : level;
}

/** A frame that was just selected, or is no longer. */
export function keptBehind(node: FlowNode): FlowNode {
  if (node.type !== "frame" || node.zIndex === undefined) return node;
  const level = node.zIndex < -LIFT / 2 ? node.zIndex + LIFT : node.zIndex;
  const zIndex = frameLevel(level, node.selected === true);
  return zIndex === node.zIndex ? node : { ...node, zIndex };
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
  const hidden = hiddenIn(document);
  const shown = <Part extends { readonly id: string }>(parts: readonly Part[]) =>
    parts.filter(({ id }) => !hidden.has(id));
  const bySize = shown(document.frames)
    .filter(isOpen)
    .toSorted((a, b) => b.width * b.height - a.width * a.height);
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
  const bars = shown(document.frames)
    .filter((frame) => !isOpen(frame))
    .map(
      (frame): FlowNode =>
        put({
          id: frame.id,
          type: "bar",
          position: frame.position,
          data: NO_DATA,
          width: barOf(frame).width,
          height: BAR_HEIGHT,
          selected: selection.nodes.has(frame.id),
          ariaLabel: `Collapsed frame ${frame.title}`.trim(),
        }),
    );
  const notes = shown(document.notes).map(
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
  const cards = shown(document.nodes).map(
    (node): FlowNode =>
      put({
        id: node.id,
        type: "card",
        position: node.position,
        data: NO_DATA,
        selected: selection.nodes.has(node.id),
        ariaLabel: [titleOf(document, node), node.kind, ...leftOut(document, node)].join(", "),
      }),
  );
  return [...frames, ...notes, ...cards, ...bars];
}

export function edgesFor(before: FlowEdge[], document: GraphDocument, selection: Selection): FlowEdge[] {
  const old = new Map(before.map((edge) => [edge.id, edge]));
  const hidden = hiddenIn(document);
  return document.wires.flatMap((wire): FlowEdge | [] => {
    const ends = seenEnds(wire, hidden);
    if (ends === null) return [];
    const id = wireId(wire);
    const known = old.get(id);
    const selected = selection.wires.has(id);
    const { source, target } = wire;
    const [isFromBar, isToBar] = [ends.source !== source.node, ends.target !== target.node];
    const [sourceHandle, targetHandle] = [
      isFromBar ? BAR_HANDLES.source : source.port,
      isToBar ? BAR_HANDLES.target : target.port,
    ];
    const ariaLabel = `Wire from ${nameOf(document, source.node)}, ${source.port}, to ${nameOf(document, target.node)}, ${target.port}`;
    if (
      known?.source === ends.source &&
      known.sourceHandle === sourceHandle &&
      known.target === ends.target &&
      known.targetHandle === targetHandle &&
      known.selected === selected &&
      known.ariaLabel === ariaLabel
    ) {
      return known;
    }
    return {
      id,
      type: "wire",
      source: ends.source,
      sourceHandle,
      target: ends.target,
      targetHandle,
      selected,
      // Which port its end would leave is not seen.
      reconnectable: !isFromBar && !isToBar,
      ariaLabel,
    };
  });
}
