import { kindOf } from "../graph/catalogue-store";
import { formatCount, plural } from "../graph/describe";
import { nodeTitle } from "../graph/document";
import { useGraph } from "../graph/graph-store";
import { Select } from "../ui/select";
import styles from "./inspector.module.css";

interface NodesFieldProps {
  readonly name: string;
  readonly label: string;
  readonly description: string | undefined;
  /** What is stored for all of them, if that is a choice. */
  readonly all: { readonly value: unknown } | null;
  /** The chosen ones; null for all. */
  readonly value: readonly string[] | null;
  readonly onChange: (value: unknown) => void;
}

/** Which nodes: all of them, or those ticked in a list of the nodes that have something to train. */
export function NodesField({ name, label, description, all, value, onChange }: NodesFieldProps) {
  const nodes = useGraph((state) => state.document.nodes);
  const report = useGraph((state) => state.report);
  const chosen = new Set(value);
  const offered = nodes.filter(
    (node) => (report?.nodes[node.id]?.parameters ?? 0) > 0 || chosen.has(node.id),
  );
  const toggle = (id: string) => {
    const next = chosen.has(id) ? chosen.difference(new Set([id])) : chosen.union(new Set([id]));
    onChange([...next]);
  };
  return (
    <div className={styles.nodesField}>
      <Select
        label={label}
        description={description}
        data-testid={`field-${name}`}
        value={value === null ? "all" : "some"}
        options={[
          ...(all !== null ? [{ value: "all" as const, label: "All that reach it" }] : []),
          { value: "some" as const, label: "Only chosen nodes" },
        ]}
        onValueChange={(next) =>
          onChange(next === "all" && all !== null ? all.value : offered.map((node) => node.id))
        }
      />
      {value !== null && (
        <ul className={styles.nodeList}>
          {offered.map((node) => (
            <li key={node.id}>
              <label>
                <input type="checkbox" checked={chosen.has(node.id)} onChange={() => toggle(node.id)} />
                <span>{nodeTitle(node, kindOf(node.kind)?.title)}</span>
                <span className={styles.faint}>{formatCount(report?.nodes[node.id]?.parameters ?? 0)}</span>
              </label>
            </li>
          ))}
          {offered.length === 0 && <li className={styles.faint}>No node here has anything to train yet.</li>}
          {[...chosen].some((id) => !nodes.some((node) => node.id === id)) && (
            <li className={styles.faint}>
              {plural(chosen.size, "name")} listed; some are no longer in the graph.
            </li>
          )}
        </ul>
      )}
    </div>
  );
}
