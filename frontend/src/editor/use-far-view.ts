import { useStoreApi } from "@xyflow/react";
import { type RefObject, useEffect } from "react";

/** Below the first zoom a card's small print cannot be read; above the second it can. Between, all stays as it is. */
const FAR = 0.6;
const NEAR = 0.66;

/**
 * Tell the style sheets, by `data-far` and `--zoom` on the canvas, that cards are seen from afar: they then show a
 * large title and no small print. No card is drawn anew for that.
 */
export function useFarView(container: RefObject<HTMLElement | null>): void {
  const store = useStoreApi();

  useEffect(() => {
    let isFar = false;
    let shown = Number.NaN;
    const follow = (zoom: number) => {
      isFar = zoom < (isFar ? NEAR : FAR);
      // In steps, so that zooming does not lay out every title on every frame.
      const step = isFar ? Math.max(0.1, Math.round(zoom * 40) / 40) : Number.NaN;
      if (Object.is(step, shown)) return;
      shown = step;
      container.current?.toggleAttribute("data-far", isFar);
      container.current?.style.setProperty("--zoom", isFar ? String(step) : "1");
    };
    follow(store.getState().transform[2]);
    return store.subscribe(({ transform }) => follow(transform[2]));
  }, [container, store]);
}
