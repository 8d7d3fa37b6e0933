import { type NodeProps, useUpdateNodeInternals } from "@xyflow/react";
import { CircleHelp, Snowflake, SquareArrowOutDownRight } from "lucide-react";
import { type CSSProperties, memo, useEffect, useRef, useState } from "react";
import { shallow } from "zustand/shallow";
import { rename } from "../editing/actions";
import { titleOf } from "../editing/labels";
import { onRename } from "../editing/rename";
import { goInto } from "../editing/scoping";
import { categoryColor, useCatalogue, useKind } from "../graph/catalogue-store";
import { summarizeSettings } from "../graph/describe";
import { indexOf } from "../graph/document";
import { endGesture, useGraph } from "../graph/graph-store";
import { isFrozen } from "../graph/leaving-out";
import { portsOf, samePorts } from "../graph/ports";
import { problemsOf } from "../graph/problems";
import { definitionOf } from "../graph/scope";
import { type GraphNode, REROUTE } from "../graph/types";
import type { FlowNode } from "./flow-parts";
import styles from "./node-card.module.css";
import { InputRow, OutputRow } from "./port-row";
import { ProblemBadge } from "./problem-badge";
import { RerouteDot } from "./reroute-dot";

/** The one look of all kinds. It reads the document and the report by its id, so a drag redraws nothing in it. */
export const NodeCard = memo(
  function NodeCard({ id, selected }: NodeProps<FlowNode>) {
    const node = useGraph((state) => indexOf(state.document).nodes.get(id));
    if (node === undefined) return null;
    return node.kind === REROUTE ? (
      <RerouteDot node={node} selected={selected} />
    ) : (
      <Card node={node} selected={selected} />
    );
  },
  (before, after) => before.id === after.id && before.selected === after.selected,
);

function Card({ node, selected }: { node: GraphNode; selected: boolean }) {
  const { id } = node;
  const kind = useKind(node.kind);
  const isLoaded = useCatalogue().state === "ready";
  const title = useGraph((state) => titleOf(state.document, node));
  const ports = useGraph((state) => portsOf(state.document, state.report, kind, id), samePorts);
  const problems = useGraph((state) => problemsOf(state.report, id), shallow);
  const frozen = useGraph((state) => isFrozen(state.document, node));
  const isUnknown = isLoaded && kind === undefined;
  useRedrawnHandles(id, [...ports.inputs, ...ports.outputs].map((port) => port.name).join());

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the card's button and Alt+Down open a block as well.
    <div
      className={styles.card}
      data-testid={`node-${id}`}
      data-kind={node.kind}
      data-selected={selected}
      data-unknown={isUnknown || undefined}
      data-bypassed={node.bypassed || undefined}
      data-problem={problems[0]?.severity}
      onDoubleClick={() => definitionOf(node) !== null && goInto(id)}
      style={{ "--category": categoryColor(kind?.category) } as CSSProperties}
    >
      <header className={styles.header}>
        {isUnknown ? (
          <CircleHelp aria-hidden className={styles.unknownMark} size={14} />
        ) : (
          <span className={styles.mark} />
        )}
        <Title node={node} title={title} />
        {title !== kind?.title && !node.bypassed && (
          <span className={styles.kind}>{kind?.title ?? node.kind}</span>
        )}
        {frozen && <Frozen />}
        {node.bypassed && (
          <span className={styles.sign} title="Left out: what comes in goes out (Ctrl+B)">
            Bypassed
          </span>
        )}
        {definitionOf(node) !== null && (
          <button
            type="button"
            className={`${styles.open} nodrag`}
            aria-label={`Open ${title}`}
            title="Open the block (Alt+Down)"
            data-testid={`open-${id}`}
            onClick={() => goInto(id)}
          >
            <SquareArrowOutDownRight aria-hidden size={13} />
          </button>
        )}
      </header>
      <p className={styles.summary}>
        {isUnknown ? "Unknown kind, kept as it is" : summarizeSettings(kind, node.settings) || kind?.summary}
      </p>
      <ul className={styles.ports}>
        {ports.inputs.map((port) => (
          <InputRow key={port.name} node={id} port={port} />
        ))}
        {ports.outputs.map((port) => (
          <OutputRow key={port.name} node={id} port={port} />
        ))}
      </ul>
      {problems.length > 0 && <ProblemBadge problems={problems} />}
    </div>
  );
}

function Frozen() {
  return (
    <span className={styles.frozen} title="Frozen: no Optimizer changes its weights (Shift+F)">
      <Snowflake size={13} role="img" aria-label="Frozen" />
    </span>
  );
}

/** Double-click or F2 to rename in place. */
function Title({ node, title }: { node: GraphNode; title: string }) {
  const [editing, setEditing] = useState(false);
  useEffect(() => onRename(node.id, () => setEditing(true)), [node.id]);

  if (!editing) {
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: F2 does the same from the keyboard.
      <span
        className={styles.title}
        onDoubleClick={(event) => {
          event.stopPropagation();
          setEditing(true);
        }}
      >
        {title}
      </span>
    );
  }
  return (
    <input
      className={`${styles.rename} nodrag`}
      aria-label={`New name of ${title}`}
      defaultValue={node.label}
      placeholder={title}
      maxLength={128}
      ref={(input) => input?.select()}
      onBlur={(event) => {
        setEditing(false);
        endGesture();
        rename(node.id, event.target.value);
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") event.currentTarget.value = node.label;
        if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}

/** React Flow measures ports when a card appears; it has to be told when they change, and only then. */
function useRedrawnHandles(id: string, names: string): void {
  const updateNodeInternals = useUpdateNodeInternals();
  const measured = useRef(names);
  useEffect(() => {
    if (measured.current === names) return;
    measured.current = names;
    updateNodeInternals(id);
  }, [id, names, updateNodeInternals]);
}
