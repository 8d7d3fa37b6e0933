import { retitleFrame } from "../editing/framing";
import type { Frame } from "../graph/types";
import styles from "./frame-card.module.css";

/** Where a frame is named in place, open or collapsed. */
export function FrameTitleField({ frame, onDone }: { frame: Frame; onDone: () => void }) {
  return (
    <input
      className={`${styles.title} ${styles.naming} nodrag`}
      aria-label="Title of the frame"
      defaultValue={frame.title}
      placeholder="Title"
      maxLength={128}
      ref={(input) => input?.select()}
      onBlur={(event) => {
        onDone();
        retitleFrame(frame.id, event.target.value);
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") event.currentTarget.value = frame.title;
        if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}
