import { HistogramBars } from "../charts/histogram-bars";
import type { Histogram } from "../net/types";
import { formatCount, formatValue } from "../telemetry/format";

interface ColumnHistogramProps {
  name: string;
  histogram: Histogram;
  /** Whether the numbers are whole, and so lie amid their bins. */
  whole: boolean;
}

/** How the numbers of a column are spread, with the range and the count of each bin. */
export function ColumnHistogram({ name, histogram: { edges, counts }, whole }: ColumnHistogramProps) {
  const bins = counts.map((_, place) => rangeOf(edges[place] ?? 0, edges[place + 1] ?? 0, whole));
  return (
    <HistogramBars
      name={name}
      counts={counts}
      lowest={bins[0]?.[0] ?? 0}
      highest={bins.at(-1)?.[1] ?? 0}
      titles={bins.map((bin, place) => `${wordsOf(bin)}: ${formatCount(counts[place] ?? 0)}`)}
    />
  );
}

type Range = readonly [low: number, high: number];

function rangeOf(low: number, high: number, whole: boolean): Range {
  return whole ? [Math.ceil(low), Math.floor(high)] : [low, high];
}

function wordsOf([low, high]: Range): string {
  return low === high ? formatValue(low, 3) : `${formatValue(low, 3)} to ${formatValue(high, 3)}`;
}
