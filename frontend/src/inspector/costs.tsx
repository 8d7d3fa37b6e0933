import { formatBytes, formatCount } from "../graph/describe";
import { useGraph } from "../graph/graph-store";
import styles from "./inspector.module.css";
import { Section } from "./section";

/** What one node costs: numbers to learn, work for one sample, memory for one sample. */
export function Costs({ id }: { id: string }) {
  const report = useGraph((state) => state.report?.nodes[id]);
  if (report === undefined) return null;
  return (
    <Section title="Cost">
      <CostList
        costs={[
          ["Parameters", formatCount(report.parameters)],
          ["Multiply-adds per sample", formatCount(report.multiply_adds)],
          ["Memory per sample", formatBytes(report.activation_bytes)],
        ]}
      />
    </Section>
  );
}

export function CostList({ costs }: { costs: readonly (readonly [string, string])[] }) {
  return (
    <dl className={styles.costs}>
      {costs.map(([term, amount]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{amount}</dd>
        </div>
      ))}
    </dl>
  );
}
