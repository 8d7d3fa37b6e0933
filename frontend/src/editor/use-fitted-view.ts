import { useReactFlow } from "@xyflow/react";
import { type RefObject, useCallback, useEffect } from "react";
import type { CanvasHandle } from "../editing/canvas-handle";
import type { FlowEdge, FlowNode } from "./flow-parts";
import { isInside, type Size } from "./seen";

/** How the view came to be: fitted to the graph, moved by the person since, or neither (a graph begun empty). */
export type ViewOrigin = "fitted" | "moved" | "begun";

/**
 * A graph that is seen whole stays seen whole when a panel opens or the window changes, until the person moves the
 * view; in a view that was never fitted, no card that is seen may end up under a panel. Returns what has to be called
 * when a move starts.
 */
export function useFittedView(
  container: RefObject<HTMLElement | null>,
  handle: CanvasHandle,
  origin: RefObject<ViewOrigin>,
): (event: MouseEvent | TouchEvent | null) => void {
  const flow = useReactFlow<FlowNode, FlowEdge>();

  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    let size = sizeOf(element);
    const observer = new ResizeObserver(() => {
      const next = sizeOf(element);
      const before = size;
      if (next.width * next.height === 0) return;
      if (next.width === before.width && next.height === before.height) return;
      size = next;
      const hides = (node: FlowNode) =>
        isInside(node, flow.getViewport(), before) && !isInside(node, flow.getViewport(), next);
      if (origin.current === "fitted" || (origin.current === "begun" && flow.getNodes().some(hides))) {
        handle.fitView(undefined, 0);
      }
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [container, handle, flow, origin]);

  // Without an event it was the page itself that moved the view.
  return useCallback(
    (event) => {
      if (event !== null) origin.current = "moved";
    },
    [origin],
  );
}

function sizeOf({ clientWidth: width, clientHeight: height }: HTMLElement): Size {
  return { width, height };
}
