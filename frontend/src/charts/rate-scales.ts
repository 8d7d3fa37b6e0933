/** Where losses over learning rates are drawn. */

export interface RatePoint {
  readonly rate: number;
  readonly loss: number | null;
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

export interface RateScales {
  readonly x: (rate: number) => number;
  readonly y: (loss: number) => number;
  readonly range: Range;
  /** `isCut` says that some losses lie above what is shown. */
  readonly lossRange: Range & { readonly isCut: boolean };
  readonly ticks: readonly number[];
}

/** Above the first loss by this part of the fall, the curve says only that the rate is too high. */
const HEADROOM = 0.5;

export function scalesOf(points: readonly RatePoint[], box: Box): RateScales {
  const rates = points.map(({ rate }) => rate);
  const range = { min: Math.min(...rates), max: Math.max(...rates) };
  const losses = points.map(({ loss }) => loss).filter((loss) => loss !== null);
  const lossRange = rangeOfLosses(losses);
  const decadesAcross = Math.log10(range.max / range.min) || 1;
  return {
    range,
    lossRange,
    x: (rate) => box.left + (Math.log10(rate / range.min) / decadesAcross) * (box.right - box.left),
    y: (loss) =>
      box.bottom - ((loss - lossRange.min) / (lossRange.max - lossRange.min)) * (box.bottom - box.top),
    ticks: [0, 1, 2, 3].map((part) => lossRange.min + ((lossRange.max - lossRange.min) * part) / 3),
  };
}

function rangeOfLosses(losses: readonly number[]): Range & { isCut: boolean } {
  const [first = 1] = losses;
  const lowest = Math.min(first, ...losses);
  const highest = Math.max(first, ...losses);
  const fall = first - lowest || Math.abs(first) || 1;
  const top = Math.min(highest, first + HEADROOM * fall);
  const margin = 0.06 * (top - lowest || fall);
  return { min: lowest - margin, max: top + margin, isCut: highest > top };
}

/** The powers of ten in a range. */
export function decades({ min, max }: Range): number[] {
  const first = Math.ceil(Math.log10(min) - 1e-9);
  const last = Math.floor(Math.log10(max) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => 10 ** (first + place));
}

/** An SVG path through the points; one without a loss leaves a gap. */
export function strokeOf(
  points: readonly RatePoint[],
  x: (rate: number) => number,
  y: (loss: number) => number,
): string {
  let isDown = false;
  return points
    .map(({ rate, loss }) => {
      const verb = isDown ? "L" : "M";
      isDown = loss !== null;
      return loss === null ? "" : `${verb}${x(rate).toFixed(1)} ${y(loss).toFixed(1)}`;
    })
    .join("");
}
