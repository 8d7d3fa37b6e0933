import { Handle, Position } from "@xyflow/react";
import { useGraph } from "../graph/graph-store";
import { valueOfOutput } from "../graph/ports";
import { problemsOf } from "../graph/problems";
import type { GraphNode } from "../graph/types";
import styles from "./reroute-dot.module.css";

/** A corner of a wire: a dot that both halves of the wire end at, colored as what goes through. */
export function RerouteDot({ node, selected }: { node: GraphNode; selected: boolean }) {
  const { id } = node;
  const value = useGraph((state) => valueOfOutput(state.report, { node: id, port: "output" }));
  const problem = useGraph((state) => problemsOf(state.report, id)[0]);
  return (
    <div
      className={styles.dot}
      data-testid={`node-${id}`}
      data-kind={node.kind}
      data-selected={selected}
      data-grad={value?.carries_gradient}
      data-problem={problem?.severity}
      title={problem?.message ?? (node.label || undefined)}
    >
      <Handle
        id="input"
        type="target"
        position={Position.Left}
        className={styles.handle}
        data-testid={`port-${id}-input`}
        data-tip-port={`input:${id}:input`}
        role="img"
        aria-label="input input"
      />
      <Handle
        id="output"
        type="source"
        position={Position.Right}
        className={styles.handle}
        data-testid={`port-${id}-output`}
        data-tip-port={`output:${id}:output`}
        role="img"
        aria-label="output output"
      />
    </div>
  );
}
