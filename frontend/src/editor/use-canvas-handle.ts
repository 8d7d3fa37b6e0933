import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect, useMemo } from "react";
import { type CanvasHandle, setCanvas } from "../editing/canvas-handle";
import { select } from "../graph/selection-store";
import type { Position } from "../graph/types";
import type { FlowEdge, FlowNode } from "./flow-store";
import type { QuickAddRequest } from "./quick-add";
import type { ViewOrigin } from "./use-fitted-view";

/** At the bottom there is room for what lies over the canvas there. */
const FIT = { padding: { x: "24px", top: "24px", bottom: "60px" }, maxZoom: 1 } as const;

/** The length of a move of the view, for those who want to see one. */
function glide(milliseconds: number): number {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : milliseconds;
}

interface HandleOptions {
  readonly open: (request: QuickAddRequest) => void;
  readonly toggleMinimap: () => void;
  /** Kept up to date for those who want to know whether the view is still the one that was fitted. */
  readonly origin: RefObject<ViewOrigin>;
}

/** Make this canvas the one that commands act on. */
export function useCanvasHandle(
  container: RefObject<HTMLDivElement | null>,
  { open, toggleMinimap, origin }: HandleOptions,
): CanvasHandle {
  const flow = useReactFlow<FlowNode, FlowEdge>();

  const { handle, follow } = useMemo(() => {
    let pointer: Position | null = null;
    const box = () => container.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 800, 600);
    const middle = () => ({ x: box().left + box().width / 2, y: box().top + box().height / 2 });
    const made: CanvasHandle = {
      fitView: (ids, duration = glide(180)) => {
        origin.current = ids === undefined ? "fitted" : "moved";
        void flow.fitView({ ...FIT, duration, ...(ids && { nodes: ids.map((id) => ({ id })) }) });
      },
      zoomBy: (factor) => made.zoomTo(flow.getZoom() * factor),
      zoomTo: (zoom) => {
        origin.current = "moved";
        void flow.zoomTo(zoom, { duration: glide(120) });
      },
      reveal: (id) => {
        const node = flow.getNode(id);
        if (node === undefined) return;
        origin.current = "moved";
        const { x, y } = node.position;
        const [width, height] = [node.measured?.width ?? 240, node.measured?.height ?? 120];
        void flow.setCenter(x + width / 2, y + height / 2, {
          zoom: Math.max(0.8, flow.getZoom()),
          duration: glide(180),
        });
        select([id]);
        container.current
          ?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)
          ?.focus({ preventScroll: true });
      },
      openSearch: (at, dragged) => {
        const screen = at ?? pointer ?? middle();
        const { left, top } = box();
        open({
          box: { x: screen.x - left, y: screen.y - top },
          place: flow.screenToFlowPosition(screen, { snapToGrid: false }),
          dragged: dragged ?? null,
        });
      },
      toCanvas: (screen) => flow.screenToFlowPosition(screen, { snapToGrid: false }),
      center: () => flow.screenToFlowPosition(middle(), { snapToGrid: false }),
      pointer: () => (pointer === null ? null : flow.screenToFlowPosition(pointer, { snapToGrid: false })),
      toggleMinimap,
    };
    return {
      handle: made,
      follow: (at: Position | null) => {
        pointer = at;
      },
    };
  }, [flow, container, open, toggleMinimap, origin]);

  useEffect(() => {
    const element = container.current;
    const onMove = (event: PointerEvent) => follow({ x: event.clientX, y: event.clientY });
    // On its way to a menu of the canvas, the pointer's place is still the one that the menu is about.
    const onLeave = () => {
      if (document.querySelector("[role=menu]") === null) follow(null);
    };
    element?.addEventListener("pointermove", onMove);
    element?.addEventListener("pointerleave", onLeave);
    setCanvas(handle);
    return () => {
      setCanvas(null);
      element?.removeEventListener("pointermove", onMove);
      element?.removeEventListener("pointerleave", onLeave);
    };
  }, [container, handle, follow]);

  return handle;
}
