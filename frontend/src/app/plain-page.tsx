import type { ReactNode } from "react";
import styles from "./app.module.css";
import { Brand } from "./brand";

/** A page without a graph: the brand, a title, and the content. */
export function PlainPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.plain}>
      <header className={styles.bar}>
        <Brand />
        <h1 className={styles.plainTitle}>{title}</h1>
      </header>
      <main className={styles.plainMain}>{children}</main>
    </div>
  );
}
