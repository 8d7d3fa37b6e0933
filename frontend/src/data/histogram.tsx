import type { Histogram } from "../net/types";
import { formatCount, formatValue } from "../telemetry/format";
import styles from "./histogram.module.css";

const HEIGHT = 48;
const LEAST = 1;

/** How the numbers of a column are spread: a bar for each bin, as high as its share of the fullest. */
export function HistogramBars({ name, histogram }: { name: string; histogram: Histogram }) {
  const { edges, counts } = histogram;
  const most = Math.max(...counts, 1);
  const [low, high] = [edges[0] ?? 0, edges.at(-1) ?? 0];
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
              <title>
                {`${formatValue(edges[place], 3)} to ${formatValue(edges[place + 1], 3)}: ${formatCount(count)}`}
              </title>
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
