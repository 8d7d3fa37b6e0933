import { CircleAlert, TriangleAlert, WandSparkles } from "lucide-react";
import type { Problem } from "../graph/types";
import { Button } from "../ui/button";
import styles from "./problem-text.module.css";

/** One problem in words: what is wrong, what was expected and came, what to do, and a button where that is clear. */
export function ProblemText({ problem, onFix }: { problem: Problem; onFix: (problem: Problem) => void }) {
  const Icon = problem.severity === "error" ? CircleAlert : TriangleAlert;
  return (
    <div className={styles.problem} data-severity={problem.severity}>
      <Icon aria-hidden size={15} className={styles.icon} />
      <div className={styles.words}>
        <p className={styles.message}>{problem.message}</p>
        {(problem.expected !== null || problem.got !== null) && (
          <dl className={styles.facts}>
            {problem.expected !== null && <Fact term="Expected" text={problem.expected} />}
            {problem.got !== null && <Fact term="Got" text={problem.got} />}
          </dl>
        )}
        <p className={styles.remedy}>{problem.remedy}</p>
        {problem.fix !== null && (
          <Button
            size="sm"
            icon={WandSparkles}
            onClick={() => onFix(problem)}
            data-testid={`fix-${problem.code}`}
          >
            {problem.fix.label}
          </Button>
        )}
      </div>
    </div>
  );
}

function Fact({ term, text }: { term: string; text: string }) {
  return (
    <div className={styles.fact}>
      <dt>{term}</dt>
      <dd>{text}</dd>
    </div>
  );
}
