import { useState } from "react";
import { formatCount, formatShare } from "../telemetry/format";
import { Button } from "../ui/button";
import styles from "./class-balance.module.css";

const SHOWN = 12;

interface ClassBalanceProps {
  name: string;
  counts: Readonly<Record<string, number>>;
  /** The classes in their order; those of numbers are in the order of the counts. */
  labels: readonly string[] | null;
}

/** How many samples each class has. */
export function ClassBalance({ name, counts, labels }: ClassBalanceProps) {
  const [all, setAll] = useState(false);
  const classes = labels ?? Object.keys(counts);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const most = Math.max(...Object.values(counts), 1);
  const shown = all ? classes : classes.slice(0, SHOWN);
  return (
    <div className={styles.balance}>
      <ul className={styles.classes} aria-label={`Samples by class of ${name}`}>
        {shown.map((label) => {
          const count = counts[label] ?? 0;
          return (
            <li key={label} className={styles.class}>
              <span className={styles.label} title={visible(label)}>
                {visible(label)}
              </span>
              <span className={styles.track}>
                <span className={styles.bar} style={{ inlineSize: `${(count / most) * 100}%` }} />
              </span>
              <span className={styles.count}>
                {formatCount(count)} <span className={styles.share}>{formatShare(count / total)}</span>
              </span>
            </li>
          );
        })}
      </ul>
      {classes.length > SHOWN && (
        <Button size="sm" variant="quiet" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${formatCount(classes.length)} classes`}
        </Button>
      )}
    </div>
  );
}

const NAMES: Readonly<Record<string, string>> = { "\n": "line end", "\t": "tab", " ": "space" };

/** Characters that leave no mark have names. */
function visible(label: string): string {
  return NAMES[label] ?? label;
}
