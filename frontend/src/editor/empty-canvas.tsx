import { Kbd } from "../ui/kbd";
import styles from "./canvas.module.css";

/** What to do first, where nothing is yet. It lets every gesture through to the canvas. */
export function EmptyCanvas() {
  return (
    <div className={styles.empty} data-testid="empty-canvas">
      <p className={styles.emptyTitle}>Start with a node</p>
      <p>
        Double-click here, press <Kbd keys="Shift+A" />, or drag one from the library. Then drag from port to
        port to connect them.
      </p>
    </div>
  );
}
