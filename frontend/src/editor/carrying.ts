import type { NodePositionChange } from "@xyflow/react";
import { type Boxes, boxesShown } from "../editing/boxes";
import { indexOf } from "../graph/document";
import { withCarried } from "../graph/frames";
import { graphStore } from "../graph/graph-store";
import type { Position } from "../graph/types";

/** Who lies in which frame since the drag of the frame began. */
let held: { readonly frames: string; readonly boxes: Boxes } | null = null;

/** Where that goes which lies in frames that are dragged: with them. */
export function carriedAlong(moves: readonly NodePositionChange[]): NodePositionChange[] {
  const { frames } = indexOf(graphStore.getState().document);
  const places = new Map<string, Position>();
  for (const { id, position, dragging } of moves) {
    // Where a corner is pulled, the frame moves as well, but nothing goes with it: that is no drag.
    if (position !== undefined && dragging !== undefined) places.set(id, position);
  }
  const dragged = [...places.keys()].filter((id) => frames.has(id));
  if (dragged.length === 0) {
    held = null;
    return [];
  }
  const key = dragged.join();
  held = held?.frames === key ? held : { frames: key, boxes: boxesShown() };
  const { cards, notes, frames: all } = held.boxes;
  const dragging = moves.some((change) => change.dragging);
  if (!dragging) held = null;
  return [...withCarried(places, [...cards, ...notes], all)]
    .filter(([id]) => !places.has(id))
    .map(([id, position]) => ({ id, type: "position", position, dragging }));
}
