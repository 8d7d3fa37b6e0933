import { CircleAlert, TriangleAlert } from "lucide-react";
import { plural } from "../graph/describe";
import { useGraph } from "../graph/graph-store";
import { openDock } from "../run/session";
import styles from "./app.module.css";

/** How many problems the graph has, where the dock that lists them is folded. */
export function ProblemCount() {
  const errors = useGraph(
    ({ wholeReport }) => wholeReport?.problems.filter(({ severity }) => severity === "error").length ?? 0,
  );
  const warnings = useGraph(({ wholeReport }) => (wholeReport?.problems.length ?? 0) - errors);
  const failure = useGraph((state) => state.checkFailure);
  if (failure !== null) return <span className={styles.unchecked}>Not checked: {failure}</span>;
  if (errors + warnings === 0) return null;
  const Icon = errors > 0 ? CircleAlert : TriangleAlert;
  return (
    <button
      type="button"
      className={styles.problems}
      data-severity={errors > 0 ? "error" : "warning"}
      data-testid="problem-count"
      onClick={() => openDock("problems")}
    >
      <Icon aria-hidden size={14} />
      {errors > 0 && plural(errors, "problem")}
      {errors > 0 && warnings > 0 && ", "}
      {warnings > 0 && plural(warnings, "warning")}
    </button>
  );
}
