import type { EventOf } from "../net/types";
import { AppendBuffer } from "./append-buffer";
import { SPLITS, type Split } from "./run-facts";

/** One figure of each epoch: a loss or a metric of a split. */
export interface EpochSeries {
  readonly kind: "loss" | "metric";
  readonly name: string;
  readonly split: Split;
  /** Which epochs were measured (a fast run skips some), and the steps after which they ended. */
  readonly epochs: AppendBuffer;
  readonly steps: AppendBuffer;
  readonly values: AppendBuffer;
}

export type EpochSeriesByKey = Map<string, EpochSeries>;

export function recordEpoch(
  into: EpochSeriesByKey,
  { epoch, step, losses, metrics }: Pick<EventOf<"epoch">, "epoch" | "step" | "losses" | "metrics">,
): void {
  for (const [kind, figures] of [
    ["loss", losses],
    ["metric", metrics],
  ] as const) {
    for (const split of SPLITS) {
      for (const [name, value] of Object.entries(figures[split] ?? {})) {
        const series = seriesOf(into, kind, name, split);
        series.epochs.push(epoch);
        series.steps.push(step);
        series.values.push(value ?? Number.NaN);
      }
    }
  }
}

/** Forget the epochs that ended after a step. */
export function forgetEpochs(of: EpochSeriesByKey, step: number): void {
  for (const { epochs, steps, values } of of.values()) {
    const kept = steps.view().filter((end) => end <= step).length;
    for (const buffer of [epochs, steps, values]) buffer.truncate(kept);
  }
}

function seriesOf(
  into: EpochSeriesByKey,
  kind: EpochSeries["kind"],
  name: string,
  split: Split,
): EpochSeries {
  const key = `${kind}/${name}/${split}`;
  const known = into.get(key);
  if (known !== undefined) return known;
  const [epochs, steps, values] = [new AppendBuffer(), new AppendBuffer(), new AppendBuffer()];
  const series = { kind, name, split, epochs, steps, values };
  into.set(key, series);
  return series;
}
