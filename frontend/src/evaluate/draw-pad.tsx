import { Eraser } from "lucide-react";
import { type PointerEvent, useRef } from "react";
import { TensorPicture } from "../charts/tensor-picture";
import { Button } from "../ui/button";
import styles from "./draw-pad.module.css";

interface DrawPadProps {
  width: number;
  height: number;
  /** Row by row. */
  flat: readonly number[];
  /** The number that full ink stands for. */
  strongest: number;
  /** It shows a sample as it is in the dataset: a drawing of one's own starts on an empty pad. */
  isSample: boolean;
  onChange: (flat: number[]) => void;
}

/** A small picture of one channel to draw on with the pointer; ink is high, the ground is zero. */
export function DrawPad({ width, height, flat, strongest, isSample, onChange }: DrawPadProps) {
  const last = useRef<{ x: number; y: number } | null>(null);
  const drawn = useRef<number[]>([]);

  const place = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * width,
      y: ((event.clientY - box.top) / box.height) * height,
    };
  };
  const draw = (event: PointerEvent<HTMLElement>) => {
    const to = place(event);
    const from = last.current ?? to;
    const ink = rubsOut(event) ? 0 : strongest;
    drawn.current = strokeOf(drawn.current, { width, height }, from, to, ink);
    last.current = to;
    onChange(drawn.current);
  };

  return (
    <div className={styles.root}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: drawing is an extra; samples, pictures and numbers need no pointer. */}
      <div
        className={styles.pad}
        style={{ aspectRatio: `${width} / ${height}` }}
        data-testid="draw-pad"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drawn.current = isSample && !rubsOut(event) ? flat.map(() => 0) : [...flat];
          last.current = null;
          draw(event);
        }}
        onPointerMove={(event) => {
          if (event.buttons !== 0) draw(event);
        }}
        onPointerUp={() => {
          last.current = null;
        }}
        onContextMenu={(event) => event.preventDefault()}
      >
        <TensorPicture
          flat={flat}
          shape={{ channels: 1, height, width }}
          range={{ min: 0, max: strongest }}
          label={`A drawing of ${width} by ${height} pixels`}
        />
      </div>
      <div className={styles.tools}>
        <Button size="sm" icon={Eraser} onClick={() => onChange(flat.map(() => 0))}>
          Clear
        </Button>
        <p className={styles.hint}>Draw with the pointer; hold Alt to rub out.</p>
      </div>
    </div>
  );
}

function rubsOut({ buttons, altKey }: PointerEvent): boolean {
  return buttons === 2 || altKey;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Ink along a line, softer toward its edge, as thick as a pen is on a picture of this size. */
export function strokeOf(
  flat: readonly number[],
  { width, height }: Size,
  from: { x: number; y: number },
  to: { x: number; y: number },
  ink: number,
): number[] {
  const radius = Math.max(0.75, Math.max(width, height) / 14);
  const next = [...flat];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const distance = distanceToLine({ x: column + 0.5, y: row + 0.5 }, from, to);
      const cover = Math.min(1, Math.max(0, radius + 0.5 - distance));
      if (cover === 0) continue;
      const at = row * width + column;
      const old = next[at] ?? 0;
      const covered = old + (ink - old) * cover;
      next[at] = ink > 0 ? Math.max(old, covered) : covered;
    }
  }
  return next;
}

function distanceToLine(
  point: { x: number; y: number },
  from: { x: number; y: number },
  to: { x: number; y: number },
): number {
  const along = { x: to.x - from.x, y: to.y - from.y };
  const length = along.x ** 2 + along.y ** 2;
  const share =
    length === 0
      ? 0
      : Math.min(1, Math.max(0, ((point.x - from.x) * along.x + (point.y - from.y) * along.y) / length));
  return Math.hypot(point.x - from.x - share * along.x, point.y - from.y - share * along.y);
}
