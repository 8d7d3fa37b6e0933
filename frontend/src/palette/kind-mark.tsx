import { categoryColor } from "../graph/catalogue-store";
import styles from "./kind-mark.module.css";

/** The small square in a category's color that stands before a kind's name everywhere. */
export function KindMark({ category }: { category: string | undefined }) {
  return <span aria-hidden className={styles.mark} style={{ background: categoryColor(category) }} />;
}
