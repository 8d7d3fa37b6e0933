import { Handle, type NodeProps, Position } from "@xyflow/react";
import { ChevronRight } from "lucide-react";
import { memo, useEffect, useState } from "react";
import { shallow } from "zustand/shallow";
import { toggleFrames } from "../editing/framing";
import { onRename } from "../editing/rename";
import { hiddenIn, seenEnds } from "../graph/collapsing";
import { plural } from "../graph/describe";
import { indexOf } from "../graph/document";
import { useGraph } from "../graph/graph-store";
import { bySeverity, problemsOf } from "../graph/problems";
import type { Frame, GraphDocument } from "../graph/types";
import { BAR_HANDLES, type FlowNode } from "./flow-parts";
import styles from "./frame-card.module.css";
import { FrameTitleField } from "./frame-title-field";
import { ProblemBadge } from "./problem-badge";

/** A collapsed frame: its title, how much it hides, and one place on each side for all wires that cross its border. */
export const FrameBar = memo(
  function FrameBar({ id, selected }: NodeProps<FlowNode>) {
    const frame = useGraph((state) => indexOf(state.document).frames.get(id));
    return frame === undefined ? null : <Bar frame={frame} selected={selected} />;
  },
  (before, after) => before.id === after.id && before.selected === after.selected,
);

function Bar({ frame, selected }: { frame: Frame; selected: boolean }) {
  const { id } = frame;
  const [naming, setNaming] = useState(false);
  useEffect(() => onRename(id, () => setNaming(true)), [id]);
  const nodes = useGraph(({ document }) => nodesHidden(document, id));
  const crossing = useGraph(({ document }) => wiresAcross(document, id), shallow);
  const problems = useGraph(
    ({ report }) => (frame.hides ?? []).flatMap((part) => problemsOf(report, part)).toSorted(bySeverity),
    shallow,
  );
  const title = frame.title || "Frame";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its button and Alt+C open it as well.
    <div
      className={`${styles.frame} ${styles.bar}`}
      data-selected={selected}
      data-color={frame.color}
      data-unnamed={frame.title === "" || undefined}
      data-testid={`bar-${id}`}
      onDoubleClick={() => toggleFrames([frame])}
    >
      <button
        type="button"
        className={`${styles.fold} nodrag`}
        aria-label={`Open ${title}`}
        aria-expanded="false"
        title="Open the frame (Alt+C)"
        data-testid={`unfold-${id}`}
        onClick={() => toggleFrames([frame])}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        <ChevronRight aria-hidden size={16} />
      </button>
      {naming ? (
        <FrameTitleField frame={frame} onDone={() => setNaming(false)} />
      ) : (
        <span className={styles.barTitle} title={title}>
          {title}
        </span>
      )}
      <span className={styles.count}>{plural(nodes, "node")}</span>
      {(["target", "source"] as const).map((type) => (
        <Handle
          key={type}
          id={BAR_HANDLES[type]}
          type={type}
          position={type === "target" ? Position.Left : Position.Right}
          isConnectable={false}
          className={styles.gate}
          data-wired={crossing[type] > 0}
          role="img"
          aria-label={plural(
            crossing[type],
            type === "target" ? "wire in" : "wire out",
            type === "target" ? "wires in" : "wires out",
          )}
        />
      ))}
      {problems.length > 0 && <ProblemBadge problems={problems} />}
    </div>
  );
}

function nodesHidden(document: GraphDocument, id: string): number {
  const hidden = hiddenIn(document);
  return document.nodes.filter((node) => hidden.get(node.id) === id).length;
}

/** How many wires are seen to end at a bar, and to start there. */
function wiresAcross(
  document: GraphDocument,
  id: string,
): { readonly target: number; readonly source: number } {
  const hidden = hiddenIn(document);
  const ends = document.wires.flatMap((wire) => seenEnds(wire, hidden) ?? []);
  return {
    target: ends.filter(({ target }) => target === id).length,
    source: ends.filter(({ source }) => source === id).length,
  };
}
