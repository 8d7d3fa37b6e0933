import { formatValue } from "../telemetry/format";
import styles from "./histogram-bars.module.css";

interface HistogramBarsProps {
  readonly name: string;
  readonly counts: readonly number[];
  readonly lowest: number;
  readonly highest: number;
  /** What each bar stands for, said while it is pointed at. */
  readonly titles?: readonly string[];
}

const HEIGHT = 48;
/** Few among many are still seen. */
const LEAST = 1;

/** How numbers are spread between the lowest and the highest one: each bar as high as its share of the fullest. */
export function HistogramBars({ name, counts, lowest, highest, titles }: HistogramBarsProps) {
  const most = Math.max(1, ...counts);
  const [from, to] = [formatValue(lowest, 3), formatValue(highest, 3)];
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.bars}
        viewBox={`0 0 ${counts.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`How ${name} is spread from ${from} to ${to}`}
      >
        {counts.map((count, place) => {
          const height = count === 0 ? 0 : Math.max(LEAST, (count / most) * HEIGHT);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place.
            <g key={place} className={styles.bin}>
              {titles !== undefined && (
                <>
                  <title>{titles[place]}</title>
                  <rect className={styles.ground} x={place} width={1} height={HEIGHT} />
                </>
              )}
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
      <figcaption className={styles.ends}>
        <span>{from}</span>
        <span>{to}</span>
      </figcaption>
    </figure>
  );
}
