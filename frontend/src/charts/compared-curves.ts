import type { RunTelemetry } from "../telemetry/run-telemetry";
import type { ChartSource, Curve } from "./curve";
import { colorOf, epochCurve, extentOf, stepCurve } from "./run-curves";

/** A run among others: what it is called, and what it told. */
export interface NamedRun {
  readonly name: string;
  readonly run: RunTelemetry;
}

/** Losses of several runs, a color for each run: of the steps solid, of the validation data dashed. */
export function comparedLosses(runs: readonly NamedRun[], smoothing: number): ChartSource {
  return comparing(runs, ({ name, run }, color) =>
    run.facts.optimizers.flatMap((optimizer, _, { length }) => {
      const label = length > 1 ? `${name}, ${optimizer}` : name;
      const steps = stepCurve(
        `${name}/${optimizer}`,
        label,
        color,
        () => run.losses.get(optimizer),
        smoothing,
      );
      return [steps, ...ofValidation({ name, run }, "loss", optimizer, label, color)];
    }),
  );
}

/** Metrics of several runs by epoch: of the training data solid, of the validation data dashed. */
export function comparedMetrics(runs: readonly NamedRun[]): ChartSource {
  return comparing(runs, ({ name, run }, color) =>
    run.facts.metrics.flatMap((metric, _, { length }) => {
      const label = length > 1 ? `${name}, ${metric}` : name;
      const held = ofValidation({ name, run }, "metric", metric, label, color);
      const train = { ...epochCurve(run, "metric", metric, "train", label, color), id: `${name}/${metric}` };
      return [train, ...held];
    }),
  );
}

function comparing(
  runs: readonly NamedRun[],
  curvesOf: (run: NamedRun, color: string) => readonly Curve[],
): ChartSource {
  const extents = runs.map(({ run }) => extentOf(run));
  return {
    curves: runs.flatMap((run, place) => curvesOf(run, colorOf(place))),
    subscribe: (listener) => {
      const leave = runs.map(({ run }) => run.subscribe(listener));
      return () => {
        for (const stop of leave) stop();
      };
    },
    marks: () => [],
    extent: () => {
      const found = extents.map((extent) => extent());
      return {
        min: Math.min(...found.map(({ min }) => min)),
        max: Math.max(...found.map(({ max }) => max)),
      };
    },
  };
}

function ofValidation(
  { name, run }: NamedRun,
  kind: "loss" | "metric",
  figure: string,
  label: string,
  color: string,
): Curve[] {
  if ((run.facts.samples["validation"] ?? 0) === 0) return [];
  const curve = epochCurve(run, kind, figure, "validation", `${label}, validation`, color, true);
  return [{ ...curve, id: `${name}/${curve.id}`, unlisted: true }];
}
