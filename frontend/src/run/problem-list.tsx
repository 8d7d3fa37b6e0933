import { CircleAlert, CircleCheck, Crosshair, TriangleAlert, Wand2 } from "lucide-react";
import { fixProblem } from "../editing/actions";
import { namesAlong } from "../editing/labels";
import { revealPath } from "../editing/scoping";
import { useGraph, useReport } from "../graph/graph-store";
import { bySeverity } from "../graph/problems";
import { TOP } from "../graph/scope";
import type { Problem } from "../graph/types";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import styles from "./problem-list.module.css";
import type { Refusal } from "./session";

/** Everything that is wrong with the graph, where, and what to do; a click brings the node to the middle. */
export function ProblemList({
  refusal,
  problems,
}: {
  refusal: Refusal | null;
  problems: readonly Problem[];
}) {
  const isChecked = useReport() !== null;
  const failure = useGraph((state) => state.checkFailure);
  if (problems.length === 0 && refusal === null) {
    if (failure !== null) return <EmptyState title="The graph could not be checked">{failure}</EmptyState>;
    if (!isChecked) return <EmptyState title="Checking the graph" />;
    return (
      <EmptyState icon={CircleCheck} title="No problems">
        The graph can be trained as it is drawn.
      </EmptyState>
    );
  }
  return (
    <div className={styles.page}>
      {refusal !== null && (
        <Banner tone="danger" title="It was not trained" data-testid="run-refusal">
          {problems.length > 0 ? "Mend what is listed here, then press Train again." : refusal.message}
        </Banner>
      )}
      <ul className={styles.list} data-testid="problem-list">
        {problems.toSorted(bySeverity).map((problem, place) => (
          <ProblemRow
            key={`${problem.code} ${problem.node} ${problem.port} ${problem.message}`}
            problem={problem}
            place={place}
          />
        ))}
      </ul>
    </div>
  );
}

function ProblemRow({ problem, place: row }: { problem: Problem; place: number }) {
  const { severity, message, node, expected, got, remedy, fix } = problem;
  const Icon = severity === "error" ? CircleAlert : TriangleAlert;
  const place = usePlace(problem);
  return (
    <li className={styles.row} data-severity={severity} data-testid={`problem-${row}`}>
      <Icon aria-label={severity === "error" ? "Error" : "Warning"} size={16} className={styles.icon} />
      <div className={styles.text}>
        <p className={styles.message}>
          {place !== null && !message.startsWith(`${place}: `) && (
            <span className={styles.place}>{place}</span>
          )}
          {message}
        </p>
        {(expected !== null || got !== null) && (
          <p className={styles.detail}>
            {expected !== null && <>Expected {expected}</>}
            {expected !== null && got !== null && "; "}
            {got !== null && <>got {got}</>}.
          </p>
        )}
        <p className={styles.detail}>{remedy}</p>
      </div>
      {fix !== null && (
        <Button size="sm" icon={Wand2} onClick={() => fixProblem(problem, TOP)}>
          {fix.label}
        </Button>
      )}
      {node !== null && (
        <Button size="sm" variant="quiet" icon={Crosshair} onClick={() => revealPath(node)}>
          Show
        </Button>
      )}
    </li>
  );
}

function usePlace({ node, port }: Problem): string | null {
  const whole = useGraph((state) => state.whole);
  if (node === null) return null;
  const titles = namesAlong(whole, node).join(" › ");
  return port === null ? titles : `${titles}, ${port}`;
}
