import { type NodeProps, NodeResizer } from "@xyflow/react";
import { ChevronDown } from "lucide-react";
import { memo, type PointerEvent, useEffect, useState } from "react";
import { toggleFrames } from "../editing/framing";
import { onRename } from "../editing/rename";
import { onGrid } from "../graph/align";
import { indexOf } from "../graph/document";
import { SMALLEST_FRAME, setFrame } from "../graph/frames";
import { transact, useGraph } from "../graph/graph-store";
import { select, selectedParts } from "../graph/selection-store";
import { type FlowNode, FRAME_GRIP } from "./flow-parts";
import styles from "./frame-card.module.css";
import { FrameTitleField } from "./frame-title-field";

/** A titled rectangle behind cards. Its title is what it is selected, dragged and named by; what lies in it goes along. */
export const FrameCard = memo(
  function FrameCard({ id, selected }: NodeProps<FlowNode>) {
    const frame = useGraph((state) => indexOf(state.document).frames.get(id));
    const [naming, setNaming] = useState(false);
    useEffect(() => onRename(id, () => setNaming(true)), [id]);
    if (frame === undefined) return null;
    const title = frame.title || "Frame";
    return (
      <div
        className={styles.frame}
        data-selected={selected}
        data-color={frame.color}
        data-unnamed={frame.title === "" || undefined}
        data-testid={`frame-${id}`}
      >
        <NodeResizer
          isVisible={selected}
          minWidth={SMALLEST_FRAME.width}
          minHeight={SMALLEST_FRAME.height}
          lineClassName={styles.resizeLine ?? ""}
          handleClassName={styles.resizeHandle ?? ""}
          onResizeEnd={(_, { x, y, width, height }) =>
            transact("Resize the frame", (draft) =>
              setFrame(draft, id, { position: { x, y }, width: onGrid(width), height: onGrid(height) }),
            )
          }
        />
        <button
          type="button"
          className={styles.fold}
          aria-label={`Collapse ${title}`}
          aria-expanded="true"
          title="Collapse the frame (Alt+C)"
          data-testid={`fold-${id}`}
          onClick={() => toggleFrames([frame])}
        >
          <ChevronDown aria-hidden size={16} />
        </button>
        {naming ? (
          <FrameTitleField frame={frame} onDone={() => setNaming(false)} />
        ) : (
          <button
            type="button"
            className={`${styles.title} ${FRAME_GRIP}`}
            aria-label={`Frame ${title}`}
            aria-pressed={selected}
            data-testid={`frame-title-${id}`}
            onPointerDown={(event) => event.button === 0 && choose(id, event)}
            onClick={(event) => {
              // Pressed by keyboard; a pointer has chosen it already.
              if (event.detail === 0) select([id]);
            }}
            onDoubleClick={() => setNaming(true)}
          >
            {title}
          </button>
        )}
      </div>
    );
  },
  (before, after) => before.id === after.id && before.selected === after.selected,
);

/** As with cards: with Ctrl held it comes to the others or leaves them; one of several that are selected stays so. */
function choose(id: string, { ctrlKey, metaKey }: PointerEvent): void {
  const chosen = selectedParts();
  if (ctrlKey || metaKey) select(chosen.symmetricDifference(new Set([id])));
  else if (!chosen.has(id)) select([id]);
}
