import { Progress as Base } from "@base-ui/react/progress";
import styles from "./progress-bar.module.css";

export interface ProgressBarProps {
  label: string;
  /** From 0 to 1; null while nobody knows. */
  value: number | null;
  tone?: "accent" | "success" | "warning" | "danger";
}

/** How far something with an end has come. */
export function ProgressBar({ label, value, tone = "accent" }: ProgressBarProps) {
  return (
    <Base.Root
      value={value === null ? null : value * 100}
      aria-label={label}
      className={styles.root}
      data-tone={tone}
    >
      <Base.Track className={styles.track}>
        <Base.Indicator className={styles.fill} />
      </Base.Track>
    </Base.Root>
  );
}
