import type { ComponentProps } from "react";
import styles from "./badge.module.css";
import { classNames } from "./class-names";

export type Tone = "neutral" | "accent" | "success" | "warning" | "danger";

export interface BadgeProps extends ComponentProps<"span"> {
  tone?: Tone;
  /** A dot before the text; "pulse" for something alive. */
  dot?: boolean | "pulse";
}

export function Badge({ tone = "neutral", dot, className, children, ...rest }: BadgeProps) {
  return (
    <span {...rest} className={classNames(styles.badge, className)} data-tone={tone}>
      {dot && <span className={styles.dot} data-pulse={dot === "pulse" || undefined} aria-hidden />}
      {children}
    </span>
  );
}
