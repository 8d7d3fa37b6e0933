import { type ReactNode, useId } from "react";
import styles from "./field.module.css";

export interface FieldFrame {
  label: string;
  /** The label is for screen readers only: the context says it to everyone else. */
  hideLabel?: boolean | undefined;
  /** One plain sentence. */
  description?: ReactNode;
  /** What is wrong and what would be right. */
  error?: string | undefined;
  /** At the end of the label's line: a unit, a reset button. */
  aside?: ReactNode;
}

interface FieldProps extends FieldFrame {
  layout?: "stacked" | "inline";
  children: (ids: { control: string; describedBy: string | undefined }) => ReactNode;
}

/** Label, description and error around one control, tied together for screen readers. */
export function Field({
  label,
  hideLabel,
  description,
  error,
  aside,
  layout = "stacked",
  children,
}: FieldProps) {
  const control = useId();
  const descriptionId = `${control}-description`;
  const errorId = `${control}-error`;
  const described = [description !== undefined && descriptionId, error !== undefined && errorId].filter(
    Boolean,
  );
  return (
    <div className={styles.field} data-layout={layout}>
      <div className={styles.head} data-hidden={(hideLabel && aside === undefined) || undefined}>
        <label className={styles.label} htmlFor={control}>
          {label}
        </label>
        {aside}
      </div>
      {children({ control, describedBy: described.length > 0 ? described.join(" ") : undefined })}
      {error !== undefined && (
        <p className={styles.error} id={errorId} role="alert">
          {error}
        </p>
      )}
      {description !== undefined && (
        <p className={styles.description} id={descriptionId}>
          {description}
        </p>
      )}
    </div>
  );
}
