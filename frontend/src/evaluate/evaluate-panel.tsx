import { useQuery } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import { messageOf } from "../api/error";
import { runDetailQuery, runReportQuery } from "../net/queries";
import type { RunDetail, RunRecord } from "../net/types";
import { train } from "../run/steering";
import { useHasRuns, useRunSession, useWatchedGraph } from "../run/use-run";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Spinner } from "../ui/spinner";
import styles from "./evaluate-panel.module.css";
import { Evaluator } from "./evaluator";
import { isOutput, neededInputs } from "./run-inputs";

/** Try the trained graph: give it inputs, see every Output, with the newest weights of the run that is shown. */
export function EvaluatePanel() {
  useWatchedGraph();
  const run = useRunSession((session) => session.run);
  return (
    <section className={styles.panel} aria-label="Evaluate" data-testid="evaluate-panel">
      {run === null ? <NotTrained /> : <WithRun key={run.id} run={run} />}
    </section>
  );
}

function NotTrained() {
  const hasRuns = useHasRuns();
  return (
    <EmptyState
      icon={FlaskConical}
      title={hasRuns ? "No run is shown" : "Nothing to evaluate yet"}
      actions={
        <Button variant="primary" onClick={() => void train()}>
          Train
        </Button>
      }
    >
      {hasRuns
        ? "Train the graph, or choose an earlier run under Runs beside the curves."
        : "Train the graph first. Its Outputs are shown here as soon as it has weights, while it is still learning."}
    </EmptyState>
  );
}

function WithRun({ run }: { run: RunRecord }) {
  const detail = useQuery(runDetailQuery(run.id));
  if (detail.isPending) return <Waiting>Reading the trained graph</Waiting>;
  if (detail.isError) return <Failed error={detail.error} retry={() => void detail.refetch()} />;
  return <WithGraph detail={detail.data} />;
}

function WithGraph({ detail }: { detail: RunDetail }) {
  const report = useQuery(runReportQuery(detail.id, detail.graph));
  if (report.isPending) return <Waiting>Looking at its inputs</Waiting>;
  if (report.isError) return <Failed error={report.error} retry={() => void report.refetch()} />;
  if (!detail.graph.nodes.some(isOutput)) {
    return (
      <EmptyState icon={FlaskConical} title="The trained graph has no Output">
        Add an Output node to the value that you want to see, and train again.
      </EmptyState>
    );
  }
  return <Evaluator run={detail} inputs={neededInputs(detail.graph, report.data)} />;
}

function Waiting({ children }: { children: string }) {
  return (
    <div className={styles.waiting}>
      <Spinner>{children}</Spinner>
    </div>
  );
}

function Failed({ error, retry }: { error: Error; retry: () => void }) {
  return (
    <div className={styles.failed}>
      <Banner
        tone="danger"
        title="The run could not be read"
        actions={
          <Button size="sm" onClick={retry}>
            Try again
          </Button>
        }
      >
        {messageOf(error)}
      </Banner>
    </div>
  );
}
