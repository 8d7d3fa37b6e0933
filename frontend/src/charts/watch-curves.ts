import { decimate } from "../telemetry/decimate";
import type { RunTelemetry } from "../telemetry/run-telemetry";
import type { WatchSeries } from "../telemetry/watch-series";
import type { ChartSource } from "./curve";
import { extentOf } from "./run-curves";

/** The mean of a watched value over the steps at which it was looked at. */
export function watchSource(run: RunTelemetry, series: WatchSeries): ChartSource {
  const finite = (value: number | undefined) =>
    value !== undefined && Number.isFinite(value) ? value : null;
  return {
    curves: [
      {
        id: series.latest.name,
        label: "mean",
        color: "--series-3",
        points: (columns) => {
          const { x, y } = decimate(series.means.view(), columns, 0, 0, series.means.length);
          return { x: x.map((place) => series.steps.at(place)), y };
        },
        valueAt: (x) => {
          const place = series.steps.view().findLastIndex((step) => step <= x);
          return place < 0 ? null : finite(series.means.at(place));
        },
        last: () => ({ x: series.steps.last, y: finite(series.means.last) }),
      },
    ],
    subscribe: run.subscribe,
    marks: () => [],
    extent: extentOf(run),
  };
}
