import { Popover } from "@base-ui/react/popover";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { fixProblem } from "../editing/actions";
import { plural } from "../graph/describe";
import type { Problem } from "../graph/types";
import { ProblemText } from "../inspector/problem-text";
import styles from "./problem-badge.module.css";

/** The mark on a card that something is wrong; hover or press it to read what, and what to do. */
export function ProblemBadge({ problems }: { problems: readonly Problem[] }) {
  const isError = problems.some((problem) => problem.severity === "error");
  const Icon = isError ? CircleAlert : TriangleAlert;
  return (
    <Popover.Root>
      <Popover.Trigger
        className={`${styles.badge} nodrag`}
        data-severity={isError ? "error" : "warning"}
        data-testid={`badge-${problems[0]?.node ?? ""}`}
        aria-label={plural(problems.length, "problem")}
        openOnHover
        delay={150}
        closeDelay={200}
      >
        <Icon aria-hidden size={14} strokeWidth={2.25} />
        {problems.length > 1 && problems.length}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner
          side="top"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className={styles.positioner}
        >
          <Popover.Popup className={styles.popup} aria-label="Problems">
            {problems.map((problem) => (
              <ProblemText key={`${problem.code} ${problem.port}`} problem={problem} onFix={fixProblem} />
            ))}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
