import { indexOf } from "../graph/document";
import { transact, useGraph } from "../graph/graph-store";
import { setTraining } from "../graph/operations";
import type { GraphDocument, TrainingSettings } from "../graph/types";
import type { ColumnInfo, DatasetSummary } from "../net/types";
import { Select } from "../ui/select";
import styles from "./inspector.module.css";
import { Section } from "./section";

type Normalization = TrainingSettings["normalization"][number];
type Choice = Normalization["method"] | "none";

/** How the columns that Inputs read are scaled, by numbers learned from the training samples. */
export function NormalizationSection({ dataset }: { dataset: DatasetSummary }) {
  const normalization = useGraph(({ whole }) => whole.training.normalization);
  const read = useGraph(({ whole }) => columnsRead(whole).join("\n")).split("\n");
  const set = (column: string, choice: Choice) =>
    transact(`Normalize ${column}`, (draft) =>
      setTraining(draft, { normalization: normalized(normalization, column, choice) }),
    );
  const chosen = new Map(normalization.map((item) => [item.column, item.method]));
  const offered = dataset.columns.filter(({ name }) => read.includes(name)).filter(isAmount);
  const lost = [...chosen.keys()].filter((name) => !offered.some((column) => column.name === name));
  return (
    <Section title="Normalization" isFolded={normalization.length === 0}>
      <p className={styles.faint}>
        Scales are learned from the training samples alone, and stay with the weights: evaluation takes values
        in the data’s own units.
      </p>
      {[...offered.map(({ name }) => name), ...lost].map((name) => (
        <Select
          key={name}
          label={name}
          data-testid={`field-normalize-${name}`}
          value={chosen.get(name) ?? "none"}
          options={[
            { value: "none", label: "As it is" },
            { value: "standardize", label: "Standardize", detail: "Mean 0, standard deviation 1" },
            { value: "min_max", label: "Range to 0..1", detail: "The smallest becomes 0, the largest 1" },
          ]}
          {...(lost.includes(name) && { error: "No Input reads such a column of amounts." })}
          onValueChange={(choice: Choice) => set(name, choice)}
        />
      ))}
      {offered.length + lost.length === 0 && (
        <p className={styles.faint}>No Input reads a column of amounts from this data.</p>
      )}
    </Section>
  );
}

function isAmount({ dtype, labels }: ColumnInfo): boolean {
  return dtype !== "bool" && labels === null;
}

/** The columns that the graph's Inputs read, each once. */
export function columnsRead(document: GraphDocument): readonly string[] {
  const inputs = [...indexOf(document).nodes.values()].filter(({ kind }) => kind === "Input");
  const names = inputs.map(({ settings }) => String(settings["column"] || (settings["name"] ?? "input")));
  return [...new Set(names)];
}

/** The list with another choice for one column; the others keep their places. */
export function normalized(
  list: readonly Normalization[],
  column: string,
  choice: Choice,
): readonly Normalization[] {
  if (choice === "none") return list.filter((item) => item.column !== column);
  const item = { column, method: choice };
  return list.some((one) => one.column === column)
    ? list.map((one) => (one.column === column ? item : one))
    : [...list, item];
}
