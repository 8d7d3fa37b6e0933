import type { ReactNode } from "react";
import styles from "./spinner.module.css";

/** Something is under way; the words say what. */
export function Spinner({ children }: { children: ReactNode }) {
  return (
    <span className={styles.spinner} role="status">
      <span className={styles.ring} aria-hidden />
      {children}
    </span>
  );
}
