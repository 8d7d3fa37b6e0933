import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect, useMemo, useRef } from "react";
import { type CanvasHandle, type RevealOptions, setCanvas } from "../editing/canvas-handle";
import { openAround } from "../editing/framing";
import { graphStore } from "../graph/graph-store";
import { prefixOf } from "../graph/scope";
import { select } from "../graph/selection-store";
import type { Position } from "../graph/types";
import type { FlowEdge, FlowNode } from "./flow-parts";
import type { QuickAddRequest } from "./quick-add";
import type { ViewOrigin } from "./use-fitted-view";

/** At the bottom there is room for what lies over the canvas there. */
const FIT = { padding: { x: "24px", top: "24px", bottom: "60px" }, maxZoom: 1 } as const;

/** The length of a move of the view, for those who want to see one. */
function glide(milliseconds: number): number {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : milliseconds;
}

interface AskedFor {
  readonly id: string;
  readonly options: RevealOptions;
  readonly place: string;
}

function placeShown(): string {
  const { graphId, scope } = graphStore.getState();
  return `${graphId} ${prefixOf(scope)}`;
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
): { readonly handle: CanvasHandle; readonly showFirst: () => void } {
  const flow = useReactFlow<FlowNode, FlowEdge>();
  // Who asks to be led into a block asks before its cards have sizes.
  const awaited = useRef<AskedFor | null>(null);

  const { handle, follow, showFirst } = useMemo(() => {
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
      reveal: (id, options = {}) => {
        if (openAround(id)) {
          requestAnimationFrame(() => made.reveal(id, options)); // once its card is there
          return;
        }
        const node = flow.getNode(id);
        if (node === undefined) return;
        origin.current = "moved";
        awaited.current = { id, options, place: placeShown() };
        const { x, y } = node.position;
        const [width, height] = [node.measured?.width ?? 240, node.measured?.height ?? 120];
        void flow.setCenter(x + width / 2, y + height / 2, {
          zoom: Math.max(0.8, flow.getZoom()),
          duration: glide(180),
        });
        select([id]);
        if (options.focus === false) return;
        container.current
          ?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)
          ?.focus({ preventScroll: true });
      },
      focus: () => container.current?.focus({ preventScroll: true }),
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
      sizeOf: (id) => {
        const { width, height } = flow.getNode(id)?.measured ?? {};
        return width === undefined || height === undefined ? null : { width, height };
      },
      toggleMinimap,
    };
    return {
      handle: made,
      follow: (at: Position | null) => {
        pointer = at;
      },
      /** What was just opened and measured is shown whole, or where somebody asked to be led. */
      showFirst: () => {
        const asked = awaited.current;
        awaited.current = null;
        if (asked === null || asked.place !== placeShown()) made.fitView(undefined, 0);
        else made.reveal(asked.id, asked.options);
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

  return { handle, showFirst };
}
