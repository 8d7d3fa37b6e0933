import type { Histogram } from "../net/types";
import { formatCount, formatValue } from "../telemetry/format";
import styles from "./histogram.module.css";

const HEIGHT = 48;
const LEAST = 1;

interface HistogramBarsProps {
  name: string;
  histogram: Histogram;
  /** Whether the numbers are whole, and so lie amid their bins. */
  whole: boolean;
}

/** How the numbers of a column are spread: a bar for each bin, as high as its share of the fullest. */
export function HistogramBars({ name, histogram, whole }: HistogramBarsProps) {
  const { edges, counts } = histogram;
  const most = Math.max(...counts, 1);
  const bins = counts.map((_, place) => rangeOf(edges[place] ?? 0, edges[place + 1] ?? 0, whole));
  const [low, high] = [bins[0]?.[0] ?? 0, bins.at(-1)?.[1] ?? 0];
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.bars}
        viewBox={`0 0 ${counts.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`How ${name} is spread from ${formatValue(low, 3)} to ${formatValue(high, 3)}`}
      >
        {counts.map((count, place) => {
          const height = count === 0 ? 0 : Math.max((count / most) * HEIGHT, LEAST);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a bin's place is its identity.
            <g key={place} className={styles.bin}>
              <title>{`${wordsOf(bins[place] ?? [0, 0])}: ${formatCount(count)}`}</title>
              <rect className={styles.ground} x={place} y={0} width={1} height={HEIGHT} />
              <rect
                className={styles.bar}
                x={place + 0.06}
                y={HEIGHT - height}
                width={0.88}
                height={height}
              />
            </g>
          );
        })}
      </svg>
      <figcaption className={styles.scale}>
        <span>{formatValue(low, 3)}</span>
        <span>{formatValue(high, 3)}</span>
      </figcaption>
    </figure>
  );
}

type Range = readonly [low: number, high: number];

function rangeOf(low: number, high: number, whole: boolean): Range {
  return whole ? [Math.ceil(low), Math.floor(high)] : [low, high];
}

function wordsOf([low, high]: Range): string {
  return low === high ? formatValue(low, 3) : `${formatValue(low, 3)} to ${formatValue(high, 3)}`;
}
