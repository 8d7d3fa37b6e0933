import { endGesture, transact, useGraph } from "../graph/graph-store";
import { setTraining } from "../graph/operations";
import type { TrainingSettings } from "../graph/types";
import type { ColumnInfo, DatasetSummary } from "../net/types";
import { Select } from "../ui/select";
import styles from "./inspector.module.css";
import { SettingField } from "./setting-field";
import { DEFAULT_TRAINING, SPLIT_FIELDS } from "./training-fields";

type Split = TrainingSettings["split"];
type Method = Split["method"];

/** No column's name, since the list cannot show an empty value. */
const FIRST = "\u0000first";

const METHODS: readonly { value: Method; label: string; detail: string }[] = [
  { value: "random", label: "By chance", detail: "Dealt out by the seed" },
  { value: "stratified", label: "By chance in each class", detail: "Every part has each class in its share" },
  { value: "in_order", label: "In order", detail: "First training, then validation, then test" },
  { value: "column", label: "By a column", detail: "Its classes are train, validation and test" },
];

/** Which samples train, validate and test. */
export function SplitFields({ dataset }: { dataset: DatasetSummary | undefined }) {
  const split = useGraph(({ whole }) => whole.training.split);
  const change = (label: string, value: Partial<Split>, gesture: string | null = null) =>
    transact(label, (draft) => setTraining(draft, { split: { ...split, ...value } }), gesture);
  const total = split.train + split.validation + split.test;
  return (
    <>
      <Select
        label="Split"
        description="Which samples train, which are watched while training, and which are kept for the end."
        data-testid="field-split-method"
        value={split.method}
        options={METHODS}
        onValueChange={(method) =>
          change("Choose split", { method, column: columnFor(method, split.column, dataset) })
        }
      />
      {(split.method === "stratified" || split.method === "column") && (
        <Select
          label={split.method === "column" ? "Column with the parts" : "Column with the classes"}
          data-testid="field-split-column"
          value={split.column === "" && split.method === "stratified" ? FIRST : split.column}
          placeholder="None chosen"
          options={columnOptions(split.method, split.column, dataset)}
          onValueChange={(column) =>
            change("Choose column of the split", { column: column === FIRST ? "" : column })
          }
        />
      )}
      {split.method !== "column" &&
        SPLIT_FIELDS.map(({ name, schema }) => (
          <SettingField
            key={name}
            name={name}
            schema={schema}
            root={schema}
            value={split[name]}
            defaultValue={DEFAULT_TRAINING.split[name]}
            onChange={(value) =>
              change(`Set ${schema.title?.toLowerCase()}`, { [name]: Number(value) }, `training.${name}`)
            }
            onDone={endGesture}
          />
        ))}
      {split.method !== "column" && total > 1.000001 && (
        <p className={styles.error} role="alert">
          The three shares add up to more than 1.
        </p>
      )}
    </>
  );
}

const SPLIT_NAMES = new Set([
  "train",
  "training",
  "validation",
  "valid",
  "val",
  "dev",
  "test",
  "testing",
  "t10k",
]);

function namesParts({ shape, labels }: ColumnInfo): boolean {
  return (
    shape.length === 0 && (labels?.every((label) => SPLIT_NAMES.has(label.trim().toLowerCase())) ?? false)
  );
}

function hasClasses({ shape, dtype }: ColumnInfo): boolean {
  return shape.length === 0 && dtype !== "float32";
}

/** The column that is meant when a method is chosen: the one before, if it will do, else the first that will. */
export function columnFor(method: Method, column: string, dataset: DatasetSummary | undefined): string {
  const columns = dataset?.columns ?? [];
  if (method !== "column") return columns.some((one) => one.name === column && hasClasses(one)) ? column : "";
  const fitting = columns.filter(namesParts);
  return fitting.find(({ name }) => name === column)?.name ?? fitting[0]?.name ?? column;
}

function columnOptions(method: Method, chosen: string, dataset: DatasetSummary | undefined) {
  const columns = dataset?.columns ?? [];
  const offered =
    method === "column"
      ? columns.filter(({ shape, labels }) => shape.length === 0 && labels !== null)
      : columns.filter(hasClasses);
  const isKnown = chosen === "" || offered.some(({ name }) => name === chosen);
  return [
    ...(method === "stratified" ? [{ value: FIRST, label: "The first with classes" }] : []),
    ...offered.map(({ name, labels }) => ({
      value: name,
      label: name,
      ...(labels !== null && { detail: labels.slice(0, 5).join(", ") }),
    })),
    ...(isKnown ? [] : [{ value: chosen, label: `${chosen} (not in this data)` }]),
  ];
}
