import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import styles from "./splitter.module.css";

export interface SplitterProps {
  /** What it resizes: "Inspector". */
  label: string;
  /** "vertical": a vertical line between two columns. */
  orientation: "vertical" | "horizontal";
  /** Pixels of the panel that it resizes. */
  size: number;
  min: number;
  max: number;
  onResize: (size: number) => void;
  /** Which side of the line the panel lies on. */
  panel: "before" | "after";
  onCollapse?: () => void;
}

/** The line between two panels: drag it, or focus it and use the arrow keys. Double-click or Enter collapses. */
export function Splitter({ label, orientation, size, min, max, onResize, panel, onCollapse }: SplitterProps) {
  const start = useRef<{ at: number; size: number } | null>(null);
  const sign = panel === "before" ? 1 : -1;
  const resize = (next: number) => onResize(Math.round(Math.min(max, Math.max(min, next))));
  const position = (event: PointerEvent) => (orientation === "vertical" ? event.clientX : event.clientY);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { at: position(event), size };
  };
  const onPointerMove = (event: PointerEvent) => {
    if (start.current) resize(start.current.size + sign * (position(event) - start.current.at));
  };
  const onPointerUp = () => {
    start.current = null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [less, more] = orientation === "vertical" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    if (event.key === "Enter") onCollapse?.();
    else if (event.key === "Home") resize(min);
    else if (event.key === "End") resize(max);
    else if (event.key === less) resize(size - sign * 16);
    else if (event.key === more) resize(size + sign * 16);
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be focused and has no value.
    <div
      role="separator"
      tabIndex={0}
      className={styles.splitter}
      aria-label={`Resize ${label}`}
      aria-orientation={orientation}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onDoubleClick={onCollapse}
      onKeyDown={onKeyDown}
    />
  );
}
