import { Unplug } from "lucide-react";
import { nameOf } from "../editing/labels";
import { describeGradient, describeValue } from "../graph/describe";
import { indexOf } from "../graph/document";
import { transact, useGraph } from "../graph/graph-store";
import { disconnect } from "../graph/operations";
import { valueOfWire } from "../graph/ports";
import { select } from "../graph/selection-store";
import type { PortReference } from "../graph/types";
import { Button } from "../ui/button";
import styles from "./inspector.module.css";
import { Section } from "./section";

export function WirePanel({ id }: { id: string }) {
  const document = useGraph((state) => state.document);
  const report = useGraph((state) => state.report);
  const wire = indexOf(document).wires.get(id);
  if (wire === undefined) return null;
  const value = valueOfWire(report, wire);
  const end = ({ node, port }: PortReference) => (
    <button type="button" className={styles.link} onClick={() => select([node])}>
      {nameOf(document, node)} · {port}
    </button>
  );
  return (
    <>
      <header className={styles.header}>
        <h2 className={styles.title}>Wire</h2>
        <p className={styles.about}>
          From {end(wire.source)} to {end(wire.target)}
        </p>
      </header>
      <Section title="What flows">
        {value !== null && <p>{describeValue(value)}.</p>}
        <p className={styles.gradient} data-grad={value?.carries_gradient}>
          <svg aria-hidden="true" width="18" height="6" viewBox="0 0 18 6">
            <path d="M1 3 H17" />
          </svg>
          {describeGradient(value)}
        </p>
        <div>
          <Button
            icon={Unplug}
            onClick={() => {
              transact("Remove wire", (draft) => disconnect(draft, wire.target));
              select([]);
            }}
          >
            Remove the wire
          </Button>
        </div>
      </Section>
    </>
  );
}
