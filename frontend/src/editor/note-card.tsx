import { type NodeProps, NodeResizer } from "@xyflow/react";
import { memo, useState } from "react";
import { indexOf } from "../graph/document";
import { endGesture, transact, useGraph } from "../graph/graph-store";
import { setNote } from "../graph/operations";
import { GRID } from "../graph/types";
import type { FlowNode } from "./flow-parts";
import styles from "./note-card.module.css";

/** Text on the canvas. Double-click or Enter to write, Esc to finish. */
export const NoteCard = memo(
  function NoteCard({ id, selected }: NodeProps<FlowNode>) {
    const note = useGraph((state) => indexOf(state.document).notes.get(id));
    const [writing, setWriting] = useState(note?.text === "");
    if (note === undefined) return null;
    const finish = () => {
      setWriting(false);
      endGesture();
    };
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: the note is reached by Tab as a node of the canvas, and edited in the inspector.
      <div
        className={styles.note}
        data-selected={selected}
        data-testid={`note-${id}`}
        onDoubleClick={(event) => {
          event.stopPropagation();
          setWriting(true);
        }}
      >
        <NodeResizer
          isVisible={selected}
          minWidth={80}
          minHeight={40}
          lineClassName={styles.resizeLine ?? ""}
          handleClassName={styles.resizeHandle ?? ""}
          onResizeEnd={(_, { x, y, width, height }) =>
            transact("Resize note", (draft) =>
              setNote(draft, id, { position: { x, y }, width: toGrid(width), height: toGrid(height) }),
            )
          }
        />
        {writing ? (
          <textarea
            className={`${styles.text} nodrag nowheel`}
            aria-label="Note"
            value={note.text}
            ref={(area) => area?.focus()}
            onChange={(event) => {
              const text = event.target.value;
              transact("Write note", (draft) => setNote(draft, id, { text }), `note:${id}`);
            }}
            onBlur={finish}
            onKeyDown={(event) => {
              event.stopPropagation();
              if (event.key === "Escape") finish();
            }}
          />
        ) : (
          <p className={styles.text} data-empty={note.text === "" || undefined}>
            {note.text || "Empty note. Double-click to write."}
          </p>
        )}
      </div>
    );
  },
  (before, after) => before.id === after.id && before.selected === after.selected,
);

function toGrid(length: number): number {
  return Math.round(length / GRID) * GRID;
}
