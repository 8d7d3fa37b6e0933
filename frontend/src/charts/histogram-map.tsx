import { useEffect, useRef } from "react";
import { formatValue } from "../telemetry/format";
import type { HistogramAt } from "../telemetry/watch-series";
import { cellsOf, rangeOf } from "./histogram-cells";
import styles from "./histogram-map.module.css";
import { onThemeChange, readColor } from "./theme";

interface HistogramMapProps {
  readonly histograms: readonly HistogramAt[];
  readonly label: string;
}

/** Histograms over time: steps from left to right, values from below to above, the darker the more of them. */
export function HistogramMap({ histograms, label }: HistogramMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const draw = () => paint(element, histograms);
    draw();
    return onThemeChange(draw);
  }, [histograms]);
  const { lowest, highest } = rangeOf(histograms);
  const [first, last] = [histograms.at(0)?.step ?? 0, histograms.at(-1)?.step ?? 0];
  return (
    <figure className={styles.figure}>
      <div className={styles.scale} aria-hidden>
        <span>{formatValue(highest, 3)}</span>
        <span>{formatValue(lowest, 3)}</span>
      </div>
      <canvas
        ref={canvas}
        className={styles.map}
        width={1}
        height={1}
        role="img"
        aria-label={`${label} from step ${first} to ${last}: values from ${formatValue(lowest)} to ${formatValue(highest)}`}
      />
      <figcaption className={styles.steps}>
        <span>step {first.toLocaleString("en")}</span>
        <span>{last.toLocaleString("en")}</span>
      </figcaption>
    </figure>
  );
}

function paint(canvas: HTMLCanvasElement, histograms: readonly HistogramAt[]): void {
  const { columns, rows } = cellsOf(histograms);
  canvas.width = Math.max(1, columns.length);
  canvas.height = rows;
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.fillStyle = readColor("--series-1");
  columns.forEach((cells, x) => {
    cells.forEach((share, row) => {
      context.globalAlpha = share;
      if (share > 0) context.fillRect(x, rows - 1 - row, 1, 1);
    });
  });
}
