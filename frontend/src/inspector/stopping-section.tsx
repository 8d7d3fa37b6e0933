import { endGesture, transact, useGraph } from "../graph/graph-store";
import { setTraining } from "../graph/operations";
import type { JsonSchema, TrainingSettings } from "../graph/types";
import { Select } from "../ui/select";
import { Switch } from "../ui/switch";
import { controlOf, describeRange } from "./controls";
import { Section } from "./section";
import { SettingField } from "./setting-field";

const PATIENCE = 5;
const DEFAULTS = { patience: PATIENCE, minimum_change: 0 };

const FIELDS: readonly { readonly name: keyof typeof DEFAULTS; readonly schema: JsonSchema }[] = [
  {
    name: "patience",
    schema: {
      type: "integer",
      title: "Patience",
      description: "It ends after so many epochs without a better figure.",
      minimum: 1,
      maximum: 100_000,
      "x-unit": "epochs",
    },
  },
  {
    name: "minimum_change",
    schema: {
      type: "number",
      title: "Smallest improvement",
      description: "What is better by less counts as no better.",
      minimum: 0,
    },
  },
];

/** Which weights a run ends with, and when it ends before its time. For graphs that train on data. */
export function StoppingSection() {
  const { early_stopping: stopping, keep, monitor } = useGraph(({ whole }) => whole.training);
  const losses = useGraph(({ wholeReport }) => wholeReport?.losses) ?? [];
  const metrics = useGraph(({ wholeReport }) => wholeReport?.metrics) ?? [];
  const isChecked = useGraph(({ wholeReport }) => wholeReport !== null);
  const figures = [...new Set([...losses, ...metrics].map(({ name }) => name))];
  const change = (label: string, value: Partial<TrainingSettings>, gesture: string | null = null) =>
    transact(label, (draft) => setTraining(draft, value), gesture);
  const isKnown = monitor === "" || figures.includes(monitor);
  return (
    <Section title="Best weights" isFolded>
      <Select
        label="Judged by"
        description="The figure of the validation samples, or of the training samples if there are none."
        data-testid="field-monitor"
        value={monitor}
        options={[
          { value: "", label: "The loss", detail: "Of the Optimizer that steps first" },
          ...figures.map((name) => ({ value: name, label: name })),
          ...(isKnown ? [] : [{ value: monitor, label: isChecked ? `${monitor} (not recorded)` : monitor }]),
        ]}
        onValueChange={(next) => change("Choose what is judged", { monitor: next })}
      />
      <Select
        label="Keep"
        data-testid="field-keep"
        value={stopping === null ? keep : "best"}
        disabled={stopping !== null}
        options={[
          { value: "last", label: "The last weights" },
          { value: "best", label: "The weights of the best epoch" },
        ]}
        onValueChange={(next) => change("Choose weights to keep", { keep: next })}
      />
      <Switch
        label="Stop early"
        description="End the run when it no longer gets better, and keep its best weights."
        data-testid="field-early-stopping"
        checked={stopping !== null}
        onCheckedChange={(on) =>
          change(on ? "Stop early" : "Do not stop early", { early_stopping: on ? DEFAULTS : null })
        }
      />
      {stopping !== null &&
        FIELDS.map(({ name, schema }) => (
          <SettingField
            key={name}
            name={name}
            schema={schema}
            root={schema}
            value={stopping[name]}
            defaultValue={DEFAULTS[name]}
            range={describeRange(schema, controlOf(schema, schema), DEFAULTS, name)}
            onChange={(value) =>
              change(
                `Set ${schema.title?.toLowerCase()}`,
                { early_stopping: { ...stopping, [name]: Number(value) } },
                `training.${name}`,
              )
            }
            onDone={endGesture}
          />
        ))}
    </Section>
  );
}
