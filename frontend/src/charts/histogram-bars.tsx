import { formatValue } from "../telemetry/format";
import styles from "./histogram-bars.module.css";

interface HistogramBarsProps {
  readonly counts: readonly number[];
  readonly lowest: number;
  readonly highest: number;
  readonly label: string;
}

const HEIGHT = 40;

/** How numbers are distributed between the lowest and the highest one. */
export function HistogramBars({ counts, lowest, highest, label }: HistogramBarsProps) {
  const most = Math.max(1, ...counts);
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.bars}
        viewBox={`0 0 ${counts.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: from ${formatValue(lowest)} to ${formatValue(highest)}`}
      >
        {counts.map((count, place) => {
          // Few among many are still seen.
          const height = count === 0 ? 0 : Math.max(1, (count / most) * HEIGHT);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place.
            <rect key={place} x={place + 0.06} width={0.88} y={HEIGHT - height} height={height} />
          );
        })}
      </svg>
      <figcaption className={styles.ends}>
        <span>{formatValue(lowest, 3)}</span>
        <span>{formatValue(highest, 3)}</span>
      </figcaption>
    </figure>
  );
}
