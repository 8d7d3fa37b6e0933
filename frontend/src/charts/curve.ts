import type { Points } from "../telemetry/decimate";
import type { Mark } from "../telemetry/run-telemetry";

/** One line of a chart: how it is drawn, and where its numbers come from when it is. */
export interface Curve {
  readonly id: string;
  readonly label: string;
  /** A custom property: "--series-1". */
  readonly color: string;
  readonly dashed?: boolean;
  /** Drawn pale behind the others, and left out of the legend: the raw values under a smoothed curve. */
  readonly background?: boolean;
  /** Left out of the legend alone: the solid curve of the same color stands for it. */
  readonly unlisted?: boolean;
  /** Show each point: for curves of few. */
  readonly dots?: boolean;
  /** The points for a screen of so many columns, in a range of x or all of it. */
  readonly points: (columns: number, range: Range | null) => Points;
  /** The value at x or the nearest before it. */
  readonly valueAt: (x: number) => number | null;
  readonly last: () => { readonly x: number; readonly y: number | null } | null;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What a chart shows and when it changes. Identity matters: a new chart is built for a new object. */
export interface ChartSource {
  readonly curves: readonly Curve[];
  readonly subscribe: (listener: () => void) => () => void;
  readonly marks: () => readonly Mark[];
  /** The x that are shown when nothing is zoomed. */
  readonly extent: () => Range;
}
