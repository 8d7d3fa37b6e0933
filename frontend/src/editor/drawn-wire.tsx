import { type ConnectionLineComponentProps, getBezierPath, type Handle } from "@xyflow/react";
import type { DraggedPort } from "../graph/fits";
import { graphStore } from "../graph/graph-store";
import { valueOfOutput } from "../graph/ports";
import { doubtsAbout, reasonAgainst } from "./connection-store";
import type { FlowNode } from "./flow-parts";
import styles from "./wire.module.css";

/** The wire under the pointer, with a word where it cannot end, or where it may but will be a problem. */
export function DrawnWire({
  fromX,
  fromY,
  toX,
  toY,
  fromPosition,
  toPosition,
  fromHandle,
  toHandle,
}: ConnectionLineComponentProps<FlowNode>) {
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    sourcePosition: fromPosition,
    targetX: toX,
    targetY: toY,
    targetPosition: toPosition,
  });
  const start = portOf(fromHandle);
  const end = portOf(toHandle);
  const refusal = end === null ? null : reasonAgainst(end);
  const doubt = end === null || refusal !== null ? null : doubtsAbout(end);
  const words = refusal ?? doubt;
  const source = start?.direction === "output" ? start : end;
  const value = source === null ? null : valueOfOutput(graphStore.getState().report, source);
  return (
    <g>
      <path
        d={path}
        className={styles.drawn}
        data-grad={value?.carries_gradient}
        data-refused={refusal !== null || undefined}
      />
      {words !== null && (
        <foreignObject x={toX + 14} y={toY + 10} width={240} height={120} style={{ overflow: "visible" }}>
          <div className={styles.reason} data-refused={refusal !== null || undefined}>
            {words}
          </div>
        </foreignObject>
      )}
    </g>
  );
}

function portOf(handle: Handle | null): DraggedPort | null {
  if (handle?.id == null) return null;
  return {
    node: handle.nodeId,
    port: handle.id,
    direction: handle.type === "target" ? "input" : "output",
  };
}
