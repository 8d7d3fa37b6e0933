import { indexOf } from "../graph/document";
import { useGraph } from "../graph/graph-store";
import { useSelection } from "../graph/selection-store";
import { BlockPanel } from "./block-panel";
import { FramePanel } from "./frame-panel";
import { GraphPanel } from "./graph-panel";
import styles from "./inspector.module.css";
import { NodePanel } from "./node-panel";
import { NotePanel } from "./note-panel";
import { SelectionPanel } from "./selection-panel";
import { WirePanel } from "./wire-panel";

/** Everything about what is selected: a node, a note, a frame, a wire, several, or the graph itself. */
export function Inspector() {
  const nodes = useSelection((selection) => selection.nodes);
  const wires = useSelection((selection) => selection.wires);
  const index = useGraph((state) => indexOf(state.document));
  const parts = [...nodes].filter((id) => index.nodes.has(id) || index.notes.has(id) || index.frames.has(id));
  const present = [...wires].filter((id) => index.wires.has(id));
  const [part] = parts;
  const [wire] = present;
  return (
    <div className={styles.inspector} data-testid="inspector">
      {parts.length > 1 ? (
        <SelectionPanel ids={parts} />
      ) : part !== undefined && index.nodes.has(part) ? (
        <NodePanel key={part} id={part} />
      ) : part !== undefined && index.frames.has(part) ? (
        <FramePanel key={part} id={part} />
      ) : part !== undefined ? (
        <NotePanel key={part} id={part} />
      ) : wire !== undefined && present.length === 1 ? (
        <WirePanel id={wire} />
      ) : (
        <AroundPanel />
      )}
    </div>
  );
}

/** With nothing selected: what the canvas shows as a whole. */
function AroundPanel() {
  const isInside = useGraph((state) => state.scope.length > 0);
  return isInside ? <BlockPanel /> : <GraphPanel />;
}
