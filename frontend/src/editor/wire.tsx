import { BaseEdge, type EdgeProps, getBezierPath, getSmoothStepPath } from "@xyflow/react";
import { memo } from "react";
import { formatValue } from "../graph/describe";
import { indexOf } from "../graph/document";
import { useGraph } from "../graph/graph-store";
import { valueOfWire } from "../graph/ports";
import { problemsAt } from "../graph/problems";
import type { FlowEdge } from "./flow-parts";
import styles from "./wire.module.css";

/** A wire that leads back to the left, as to the next row, goes around between the rows. */
const BACK = { borderRadius: 12, offset: 24 };

/** A wire looks up by its id what it carries. Blue and solid, or grey and dashed: both from one attribute. */
export const WireLine = memo(function WireLine(props: EdgeProps<FlowEdge>) {
  const { id, selected } = props;
  const wire = useGraph((state) => indexOf(state.document).wires.get(id));
  const value = useGraph((state) => (wire === undefined ? null : valueOfWire(state.report, wire)));
  const isRefused = useGraph(
    (state) =>
      wire !== undefined &&
      problemsAt(state.report, wire.target).some(
        // A wire without gradient is grey: the port says that this is a problem there.
        (problem) => problem.severity === "error" && problem.code !== "no_gradient",
      ),
  );
  const [path] =
    props.targetX < props.sourceX ? getSmoothStepPath({ ...props, ...BACK }) : getBezierPath(props);
  return (
    <g
      className={styles.wire}
      data-testid={`wire-${wire?.target.node}-${wire?.target.port}`}
      data-wire={id}
      data-grad={value?.carries_gradient ?? false}
      data-known={value !== null}
      data-type={value === null ? undefined : formatValue(value)}
      data-problem={isRefused || undefined}
      data-selected={selected || undefined}
    >
      <BaseEdge id={id} path={path} interactionWidth={22} className={styles.line ?? ""} />
    </g>
  );
});
