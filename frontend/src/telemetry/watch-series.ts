import type { EventOf } from "../net/types";
import { AppendBuffer } from "./append-buffer";

/** What one look at a value or a gradient found. */
export type Watched = EventOf<"watch">["watched"][number];

export interface HistogramAt {
  readonly step: number;
  readonly lowest: number;
  readonly highest: number;
  readonly counts: readonly number[];
}

/** With more, every other one is left out: what remains still reaches from the start to now. */
export const MOST_HISTOGRAMS = 200;

/** One value or gradient over the steps at which it was looked at. */
export class WatchSeries {
  readonly steps = new AppendBuffer();
  readonly means = new AppendBuffer();
  histograms: readonly HistogramAt[] = [];
  latest: Watched;
  /** Only each so-manyth histogram is kept. */
  private stride = 1;
  private looks = 0;

  constructor(first: Watched, step: number) {
    this.latest = first;
    this.add(first, step);
  }

  add(seen: Watched, step: number): void {
    this.latest = seen;
    this.steps.push(step);
    this.means.push(seen.mean ?? Number.NaN);
    const { lowest, highest, histogram } = seen;
    if (histogram.length > 0 && lowest !== null && highest !== null) {
      if (this.looks % this.stride === 0) this.keep({ step, lowest, highest, counts: histogram });
      this.looks += 1;
    }
  }

  get latestStep(): number {
    return this.steps.last;
  }

  /** A run that is continued makes the later steps anew. */
  forgetAfter(step: number): void {
    const kept = this.steps.view().filter((at) => at <= step).length;
    this.steps.truncate(kept);
    this.means.truncate(kept);
    this.histograms = this.histograms.filter((histogram) => histogram.step <= step);
  }

  private keep(histogram: HistogramAt): void {
    this.histograms = [...this.histograms, histogram];
    if (this.histograms.length <= MOST_HISTOGRAMS) return;
    this.histograms = this.histograms.filter((_, place) => place % 2 === 0);
    this.stride *= 2;
  }
}
