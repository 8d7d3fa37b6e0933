import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import styles from "./inspector.module.css";

interface SectionProps {
  readonly title: string;
  readonly isFolded?: boolean;
  readonly children: ReactNode;
}

export function Section({ title, isFolded = false, children }: SectionProps) {
  const [open, setOpen] = useState(!isFolded);
  return (
    <section className={styles.section}>
      <h3>
        <button type="button" className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
          <ChevronRight aria-hidden size={13} />
          {title}
        </button>
      </h3>
      {open && <div className={styles.content}>{children}</div>}
    </section>
  );
}
