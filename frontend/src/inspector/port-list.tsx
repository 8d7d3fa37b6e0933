import { nameOf } from "../editing/labels";
import { useKind } from "../graph/catalogue-store";
import { describeGradient, formatValue } from "../graph/describe";
import { indexOf } from "../graph/document";
import { useGraph } from "../graph/graph-store";
import { portsOf, valueOfWire } from "../graph/ports";
import { select } from "../graph/selection-store";
import { portId, type ValueReport } from "../graph/types";
import styles from "./inspector.module.css";

/** A node's ports in words: what each is for, what comes in and goes out, and whether it carries gradient. */
export function PortList({ id }: { id: string }) {
  const document = useGraph((state) => state.document);
  const report = useGraph((state) => state.report);
  const index = indexOf(document);
  const kind = useKind(index.nodes.get(id)?.kind ?? "");
  const { inputs, outputs } = portsOf(document, report, kind, id);
  return (
    <ul className={styles.ports}>
      {inputs.map((port) => {
        const wire = index.wires.get(portId({ node: id, port: port.name }));
        return (
          <PortLine
            key={`in ${port.name}`}
            name={port.name}
            side={port.optional ? "optional input" : "input"}
            description={port.description}
            value={wire === undefined ? undefined : valueOfWire(report, wire)}
            from={
              wire === undefined
                ? null
                : { node: wire.source.node, title: nameOf(document, wire.source.node) }
            }
          />
        );
      })}
      {outputs.map((port) => (
        <PortLine
          key={`out ${port.name}`}
          name={port.name}
          side="output"
          description={port.description}
          value={port.value}
          from={null}
        />
      ))}
    </ul>
  );
}

interface PortLineProps {
  readonly name: string;
  readonly side: string;
  readonly description: string;
  readonly value: ValueReport | null | undefined;
  readonly from: { readonly node: string; readonly title: string } | null;
}

function PortLine({ name, side, description, value, from }: PortLineProps) {
  return (
    <li className={styles.portLine}>
      <p className={styles.portHead}>
        <strong>{name.replaceAll("_", " ")}</strong>
        <span className={styles.faint}>{side}</span>
        {value != null && <code>{formatValue(value)}</code>}
      </p>
      {description !== "" && <p className={styles.faint}>{description}</p>}
      {from !== null && (
        <p className={styles.faint}>
          from{" "}
          <button type="button" className={styles.link} onClick={() => select([from.node])}>
            {from.title}
          </button>
        </p>
      )}
      {value === undefined ? (
        side === "input" && <p className={styles.faint}>Nothing is connected.</p>
      ) : (
        <p className={styles.gradient} data-grad={value?.carries_gradient}>
          <svg aria-hidden="true" width="18" height="6" viewBox="0 0 18 6">
            <path d="M1 3 H17" />
          </svg>
          {describeGradient(value)}
        </p>
      )}
    </li>
  );
}
