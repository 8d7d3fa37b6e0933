import { ChartSpline, Eye, Grid3x3, ListTree, ScrollText } from "lucide-react";
import type { ReactNode } from "react";
import { useGraph } from "../graph/graph-store";
import { Badge } from "../ui/badge";
import { Tabs } from "../ui/tabs";
import { ConfusionView } from "./confusion-view";
import { CurvesView } from "./curves-view";
import { DockActions } from "./dock-actions";
import { Outcome } from "./outcome";
import { ProblemList } from "./problem-list";
import { Progress } from "./progress";
import styles from "./run-dock.module.css";
import { RunLog } from "./run-log";
import { isLive } from "./run-state";
import { type DockTab, runSession } from "./session";
import { useFact, useRunSession, useRunState, useWatchedGraph } from "./use-run";
import { WatchView } from "./watch-view";

/** Only where a metric counts confusions. */
const CONFUSION = {
  value: "confusion",
  label: "Confusion",
  icon: Grid3x3,
  content: <ConfusionView />,
} as const;

/** Only while there is something to look at, or a live run to look into. */
const WATCH = { value: "watch", label: "Watch", icon: Eye, content: <WatchView /> } as const;

/** What happens in training: curves, problems and the log, under the canvas. Fills the place it is given; `actions` stand at
 * the end of its row of tabs. */
export function RunDock({ actions }: { actions?: ReactNode }) {
  useWatchedGraph();
  const tab = useRunSession((session) => session.tab);
  const refusal = useRunSession((session) => session.refusal);
  const report = useGraph((state) => state.wholeReport);
  const problems = refusal === null ? (report?.problems ?? []) : refusal.problems;
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const hasConfusion = useFact(({ confusion }) => Object.keys(confusion).length > 0) ?? false;
  const hasWatched = useFact(({ watched }) => watched !== "") ?? false;
  const state = useRunState();
  const canWatch = hasWatched || (isLive(state) && state !== "queued");
  const isThere = (wanted: DockTab) =>
    (wanted !== "confusion" || hasConfusion) && (wanted !== "watch" || canWatch);
  const count = problems.length > 0 && (
    <Badge tone={errors > 0 ? "danger" : "warning"}>{problems.length}</Badge>
  );

  return (
    <section className={styles.dock} aria-label="Training" data-testid="run-dock">
      <Tabs<DockTab>
        className={styles.tabs}
        label="Training"
        value={isThere(tab) ? tab : "curves"}
        onValueChange={(next) => runSession.setState({ tab: next })}
        actions={
          <>
            <DockActions />
            {actions}
          </>
        }
        tabs={[
          {
            value: "curves",
            label: "Curves",
            icon: ChartSpline,
            content: (
              <div className={styles.page}>
                <Progress />
                <Outcome />
                <CurvesView />
              </div>
            ),
          },
          ...(hasConfusion ? [CONFUSION] : []),
          ...(canWatch ? [WATCH] : []),
          {
            value: "problems",
            label: "Problems",
            icon: ListTree,
            badge: count,
            content: <ProblemList refusal={refusal} problems={problems} />,
          },
          { value: "log", label: "Log", icon: ScrollText, content: <RunLog /> },
        ]}
      />
    </section>
  );
}
