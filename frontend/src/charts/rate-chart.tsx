import { formatValue } from "../telemetry/format";
import styles from "./rate-chart.module.css";
import { type Box, decades, type RatePoint, scalesOf, strokeOf } from "./rate-scales";

export interface RateMark {
  readonly rate: number;
  readonly text: string;
  /** The one that is suggested. */
  readonly isChosen: boolean;
}

interface RateChartProps {
  /** The loss of each step as it was, and with its noise smoothed away. */
  readonly raw: readonly RatePoint[];
  readonly smoothed: readonly RatePoint[];
  readonly marks: readonly RateMark[];
}

const SIZE = { width: 790, height: 300 };
/** About how wide a letter of a mark's words is. */
const LETTER = 6;
const BOX: Box = { left: 52, right: SIZE.width - 12, top: 24, bottom: SIZE.height - 26 };

/** Losses over learning rates, whose axis is logarithmic. */
export function RateChart({ raw, smoothed, marks }: RateChartProps) {
  const { x, y, range, lossRange, ticks } = scalesOf(smoothed, BOX);
  const summary = `The loss over learning rates from ${formatValue(range.min)} to ${formatValue(range.max)}: ${marks
    .map(({ rate, text }) => `${text} ${formatValue(rate, 2)}`)
    .join(", ")}`;
  return (
    <svg
      className={styles.chart}
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
      role="img"
      aria-label={summary}
      data-testid="rate-chart"
    >
      {ticks.map((loss) => (
        <g key={loss}>
          <line className={styles.grid} x1={BOX.left} x2={BOX.right} y1={y(loss)} y2={y(loss)} />
          <text className={styles.tick} x={BOX.left - 6} y={y(loss)} dy="0.32em" textAnchor="end">
            {formatValue(loss, 3)}
          </text>
        </g>
      ))}
      {decades(range).map((rate) => (
        <g key={rate}>
          <line className={styles.grid} x1={x(rate)} x2={x(rate)} y1={BOX.top} y2={BOX.bottom} />
          <text className={styles.tick} x={x(rate)} y={BOX.bottom + 16} textAnchor="middle">
            {formatValue(rate)}
          </text>
        </g>
      ))}
      <clipPath id="rate-chart-box">
        <rect x={BOX.left} y={BOX.top} width={BOX.right - BOX.left} height={BOX.bottom - BOX.top} />
      </clipPath>
      <g clipPath="url(#rate-chart-box)">
        <path className={styles.raw} d={strokeOf(raw, x, y)} />
        <path className={styles.smoothed} d={strokeOf(smoothed, x, y)} />
      </g>
      {marks.map(({ rate, text, isChosen }) => {
        // Away from the other mark, so that no line goes through the words.
        const words = `${text} ${formatValue(rate, 2)}`;
        const reach = words.length * LETTER;
        const isFirst = marks.every((other) => other.rate >= rate);
        const isLate = isFirst ? x(rate) - reach > BOX.left : x(rate) + reach > BOX.right;
        return (
          <g key={text} className={styles.mark} data-chosen={isChosen || undefined}>
            <line x1={x(rate)} x2={x(rate)} y1={isChosen ? BOX.top - 14 : BOX.top} y2={BOX.bottom} />
            <text
              x={x(rate) + (isLate ? -5 : 5)}
              y={isChosen ? BOX.top - 6 : BOX.top + 10}
              textAnchor={isLate ? "end" : "start"}
            >
              {words}
            </text>
          </g>
        );
      })}
      <text className={styles.axis} x={BOX.left} y={12} dx={-46}>
        loss{lossRange.isCut ? ", cut off where it shoots up" : ""}
      </text>
    </svg>
  );
}
