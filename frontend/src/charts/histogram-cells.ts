import type { HistogramAt } from "../telemetry/watch-series";

/** Values are drawn in so many rows, whatever range each histogram had. */
const ROWS = 48;
/** The palest that is still seen: a single outlier counts. */
const FAINTEST = 0.08;

export function rangeOf(histograms: readonly HistogramAt[]): { lowest: number; highest: number } {
  return {
    lowest: Math.min(...histograms.map(({ lowest }) => lowest)),
    highest: Math.max(...histograms.map(({ highest }) => highest)),
  };
}

/** A column for each histogram on one scale of values; a cell is from 0 (nothing) to 1 (the most of its column). */
export function cellsOf(histograms: readonly HistogramAt[]): {
  readonly columns: readonly (readonly number[])[];
  readonly rows: number;
} {
  const { lowest, highest } = rangeOf(histograms);
  const size = (highest - lowest || 1) / ROWS;
  return { rows: ROWS, columns: histograms.map((histogram) => columnOf(histogram, lowest, size)) };
}

function columnOf({ lowest, highest, counts }: HistogramAt, from: number, size: number): number[] {
  const density = Array.from({ length: ROWS }, () => 0);
  // As the server counts: what is all one number lies in a part of width 1.
  const width = (highest > lowest ? highest - lowest : size) / counts.length;
  counts.forEach((count, part) => {
    const start = (lowest + part * width - from) / size;
    const end = start + width / size;
    for (let row = Math.max(0, Math.floor(start)); row < Math.min(ROWS, Math.ceil(end)); row++) {
      const overlap = Math.min(end, row + 1) - Math.max(start, row);
      density[row] = (density[row] ?? 0) + (count * Math.max(0, overlap)) / (width / size);
    }
  });
  const most = Math.max(...density);
  return density.map((amount) => (amount > 0 ? FAINTEST + (1 - FAINTEST) * (amount / most) : 0));
}
