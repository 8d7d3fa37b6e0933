import type { AppendBuffer } from "../telemetry/append-buffer";
import { decimate, type Points } from "../telemetry/decimate";
import type { EpochSeries } from "../telemetry/epoch-series";
import type { RunTelemetry } from "../telemetry/run-telemetry";
import { SmoothedView } from "../telemetry/smooth";
import type { ChartSource, Curve, Range } from "./curve";

/** The curves that a run's telemetry gives: losses at every step, losses and metrics at the end of every epoch. */

const COLORS = 6;

/** Losses of the steps (solid, smoothed over pale raw values) and of the validation data (dashed). */
export function lossSource(run: RunTelemetry, smoothing: number): ChartSource {
  const names = run.facts.optimizers.length > 0 ? run.facts.optimizers : [...run.losses.keys()];
  const several = names.length > 1;
  const curves = names.flatMap((name, place) => {
    const color = colorOf(place);
    const buffer = () => run.losses.get(name);
    const label = several ? name : "train";
    const steps =
      smoothing > 0
        ? [
            stepCurve(`${name}/raw`, label, color, buffer, 0, true),
            stepCurve(name, label, color, buffer, smoothing),
          ]
        : [stepCurve(name, label, color, buffer, 0)];
    return [
      ...steps,
      ...heldOut(run, "loss", name, several ? `${name}, ` : "", several ? color : "--series-2"),
    ];
  });
  return {
    curves,
    subscribe: run.subscribe,
    marks: () => run.marks,
    extent: extentOf(run),
  };
}

/** Metrics by epoch: solid for the training data, dashed for validation. */
export function metricSource(run: RunTelemetry): ChartSource {
  const names = run.facts.metrics;
  const curves = names.flatMap((name, place) => {
    const prefix = names.length > 1 ? `${name}, ` : "";
    const color = colorOf(names.length > 1 ? place : 0);
    const train = epochCurve(run, "metric", name, "train", `${prefix}train`, color);
    return [train, ...heldOut(run, "metric", name, prefix, names.length > 1 ? color : "--series-2")];
  });
  return { curves, subscribe: run.subscribe, marks: () => run.marks, extent: extentOf(run) };
}

export function learningRateSource(run: RunTelemetry): ChartSource {
  const curves = run.facts.optimizers.map((name, place) =>
    stepCurve(`rate/${name}`, name, colorOf(place), () => run.learningRates.get(name), 0),
  );
  return { curves, subscribe: run.subscribe, marks: () => run.marks, extent: extentOf(run) };
}

function heldOut(
  run: RunTelemetry,
  kind: "loss" | "metric",
  name: string,
  prefix: string,
  color: string,
): Curve[] {
  const hasValidation = (run.facts.samples["validation"] ?? 0) > 0;
  return hasValidation ? [epochCurve(run, kind, name, "validation", `${prefix}validation`, color, true)] : [];
}

export function extentOf(run: RunTelemetry): () => Range {
  return () => ({ min: Math.min(1, run.facts.step), max: run.facts.step });
}

export function stepCurve(
  id: string,
  label: string,
  color: string,
  buffer: () => AppendBuffer | undefined,
  smoothing: number,
  background = false,
): Curve {
  const smoothed = new SmoothedView(smoothing);
  const numbers = () => smoothed.update(buffer()?.view() ?? new Float64Array());
  return {
    id,
    label,
    color,
    background,
    points: (columns, range) => {
      const y = numbers();
      const [from, to] =
        range === null ? [0, y.length] : [Math.floor(range.min) - 2, Math.ceil(range.max) + 1];
      return decimate(y, columns, 1, from, to);
    },
    valueAt: (x) => finite(numbers()[Math.round(x) - 1]),
    last: () => {
      const y = numbers();
      return y.length === 0 ? null : { x: y.length, y: finite(y.at(-1)) };
    },
  };
}

export function epochCurve(
  run: RunTelemetry,
  kind: "loss" | "metric",
  name: string,
  split: "train" | "validation",
  label: string,
  color: string,
  dashed = false,
): Curve {
  const series = () => run.epochs.get(`${kind}/${name}/${split}`);
  return {
    id: `${kind}/${name}/${split}`,
    label,
    color,
    dashed,
    dots: true,
    points: (_, range) => pointsOf(series(), range),
    valueAt: (x) => valueBefore(series(), x),
    last: () => {
      const found = series();
      return found === undefined ? null : { x: found.steps.last, y: finite(found.values.last) };
    },
  };
}

function pointsOf(series: EpochSeries | undefined, range: Range | null): Points {
  if (series === undefined) return { x: [], y: [] };
  const places = [...series.steps.view().keys()].filter((place) => {
    const x = series.steps.at(place);
    return range === null || (x >= range.min && x <= range.max);
  });
  return {
    x: places.map((place) => series.steps.at(place)),
    y: places.map((place) => finite(series.values.at(place))),
  };
}

function valueBefore(series: EpochSeries | undefined, x: number): number | null {
  if (series === undefined) return null;
  const place = series.steps.view().findLastIndex((step) => step <= x);
  return place < 0 ? null : finite(series.values.at(place));
}

export function colorOf(place: number): string {
  return `--series-${(place % COLORS) + 1}`;
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
