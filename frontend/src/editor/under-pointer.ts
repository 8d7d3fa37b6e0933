import { indexOf } from "../graph/document";
import { graphStore } from "../graph/graph-store";
import type { PortReference, Position } from "../graph/types";

/** What is drawn at a place of the screen. */

export function wireAt({ x, y }: Position): PortReference | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest("[data-wire]")?.getAttribute("data-wire");
    if (id != null) return indexOf(graphStore.getState().document).wires.get(id)?.target ?? null;
  }
  return null;
}

export function nodeAt({ x, y }: Position): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest(".react-flow__node")?.getAttribute("data-id");
    if (id != null) return id;
  }
  return null;
}

/** Light up the wire that a drop would go into, and no other. */
export function markDropTarget(target: PortReference | null): void {
  const wanted = target === null ? null : `${target.node}.${target.port}`;
  for (const element of document.querySelectorAll("[data-wire]")) {
    element.toggleAttribute("data-drop", element.getAttribute("data-wire") === wanted);
  }
}
