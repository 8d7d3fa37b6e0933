import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import { formatValue } from "../graph/describe";
import { indexOf } from "../graph/document";
import type { Direction } from "../graph/fits";
import { useGraph } from "../graph/graph-store";
import { valueOfOutput, valueOfWire } from "../graph/ports";
import { problemsAt } from "../graph/problems";
import { type InputPort, type OutputPort, portId, type ValueReport } from "../graph/types";
import { usePortState } from "./connection-store";
import styles from "./node-card.module.css";

export const InputRow = memo(
  function InputRow({ node, port }: { node: string; port: InputPort }) {
    const wire = useGraph((state) => indexOf(state.document).wires.get(portId({ node, port: port.name })));
    const value = useGraph((state) => (wire === undefined ? null : valueOfWire(state.report, wire)));
    return (
      <PortRow
        node={node}
        name={port.name}
        direction="input"
        value={value}
        isWired={wire !== undefined}
        isOptional={port.optional}
      />
    );
  },
  (before, after) =>
    before.node === after.node &&
    before.port.name === after.port.name &&
    before.port.optional === after.port.optional,
);

export const OutputRow = memo(
  function OutputRow({ node, port }: { node: string; port: OutputPort }) {
    const value = useGraph((state) => valueOfOutput(state.report, { node, port: port.name }));
    const isWired = useGraph((state) =>
      indexOf(state.document).usedOutputs.has(portId({ node, port: port.name })),
    );
    return (
      <PortRow
        node={node}
        name={port.name}
        direction="output"
        value={value}
        isWired={isWired}
        isOptional={false}
      />
    );
  },
  (before, after) => before.node === after.node && before.port.name === after.port.name,
);

interface PortRowProps {
  readonly node: string;
  readonly name: string;
  readonly direction: Direction;
  readonly value: ValueReport | null;
  readonly isWired: boolean;
  readonly isOptional: boolean;
}

function PortRow({ node, name, direction, value, isWired, isOptional }: PortRowProps) {
  const connecting = usePortState({ node, port: name, direction });
  const problem = useGraph((state) =>
    direction === "output" ? undefined : problemsAt(state.report, { node, port: name })[0]?.severity,
  );
  const type = value === null ? (isOptional && !isWired ? "optional" : "") : formatValue(value);
  return (
    <li
      className={styles.port}
      data-direction={direction}
      data-connecting={connecting}
      data-problem={problem}
      data-tip-port={`${direction}:${node}:${name}`}
    >
      <Handle
        id={name}
        type={direction === "input" ? "target" : "source"}
        position={direction === "input" ? Position.Left : Position.Right}
        className={styles.handle}
        data-testid={`port-${node}-${name}`}
        data-dtype={value?.dtype ?? "unknown"}
        data-grad={value === null ? undefined : value.carries_gradient}
        data-wired={isWired}
        role="img"
        aria-label={`${direction} ${name}`}
      />
      <span className={styles.portName}>{name.replaceAll("_", " ")}</span>
      <span className={styles.portType} title={type}>
        {type}
      </span>
    </li>
  );
}
