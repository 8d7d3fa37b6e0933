import { ChartSpline } from "lucide-react";
import { useMemo } from "react";
import { comparedLosses, comparedMetrics } from "../charts/compared-curves";
import { LineChart } from "../charts/line-chart";
import { learningRateSource, lossSource, metricSource } from "../charts/run-curves";
import { hasEnded } from "../net/types";
import type { RunTelemetry } from "../telemetry/run-telemetry";
import { EmptyState } from "../ui/empty-state";
import { Spinner } from "../ui/spinner";
import { useChartSettings } from "./chart-settings";
import { ChartSettingsBar } from "./chart-settings-bar";
import styles from "./curves-view.module.css";
import { MetricTable } from "./metric-table";
import { LearningRates, OptimizerPanel } from "./optimizer-panel";
import { waitInWords } from "./queue-place";
import { useNamedRuns } from "./use-named-runs";
import { useFact, useHasRuns, useQueuePlace, useRunSession, useRunState } from "./use-run";

export function CurvesView() {
  const telemetry = useRunSession((session) => session.telemetry);
  const optimizers = useFact((facts) => facts.optimizers);
  const hasSteps = useFact((facts) => facts.step > 0);
  const state = useRunState();
  const place = useQueuePlace();
  if (telemetry === null) {
    return <NoRun />;
  }
  if (!hasSteps && state !== null && hasEnded(state)) {
    return (
      <EmptyState title="It ended before the first step">The log says what happened until then.</EmptyState>
    );
  }
  if (optimizers === null || optimizers.length === 0) {
    return (
      <div className={styles.waiting}>
        <Spinner>{state === "queued" ? waitInWords(place) : "Compiling the graph"}</Spinner>
      </div>
    );
  }
  return <Charts telemetry={telemetry} />;
}

function NoRun() {
  return useHasRuns() ? (
    <EmptyState icon={ChartSpline} title="No run is shown">
      Press Train, or choose an earlier run under Runs.
    </EmptyState>
  ) : (
    <EmptyState icon={ChartSpline} title="No training yet">
      Press Train, and the loss is drawn here while it falls.
    </EmptyState>
  );
}

/** Said in one title, so that the legend has one entry for each run. */
const DASHED = " (dashed: validation)";

function Charts({ telemetry }: { telemetry: RunTelemetry }) {
  const { logarithmic, smoothing } = useChartSettings();
  const optimizers = useFact((facts) => facts.optimizers);
  const metrics = useFact((facts) => facts.metrics);
  const { runs, names } = useNamedRuns(telemetry);
  const compares = runs.length > 1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: which curves there are follows from the names.
  const losses = useMemo(
    () => (compares ? comparedLosses(runs, smoothing) : lossSource(telemetry, smoothing)),
    [telemetry, smoothing, optimizers, names],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: which curves there are follows from the names.
  const figures = useMemo(
    () => (compares ? comparedMetrics(runs) : metricSource(telemetry)),
    [telemetry, metrics, names],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: which curves there are follows from the names.
  const rates = useMemo(() => learningRateSource(telemetry), [telemetry, optimizers]);
  const hasMetrics = metrics !== null && metrics.length > 0;
  return (
    <div className={styles.charts}>
      <div className={styles.loss}>
        <LineChart
          title={compares ? `Loss${DASHED}` : "Loss"}
          source={losses}
          logarithmic={logarithmic}
          unit="step"
        />
      </div>
      <div className={styles.second}>
        {hasMetrics ? (
          <LineChart
            title={metrics.length === 1 ? title(metrics[0]) : "Metrics"}
            source={figures}
            unit="step"
          />
        ) : (
          <LineChart title="Learning rate" source={rates} unit="step" />
        )}
      </div>
      <aside className={styles.side} aria-label="Optimizers">
        <ChartSettingsBar />
        <OptimizerPanel />
        <MetricTable />
        <LearningRates />
      </aside>
    </div>
  );
}

function title(name: string | undefined): string {
  return name === undefined ? "" : name.charAt(0).toUpperCase() + name.slice(1);
}
