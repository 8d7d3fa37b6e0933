import { formatBytes, formatCount } from "../graph/describe";
import { endGesture, transact, useGraph } from "../graph/graph-store";
import { setTraining } from "../graph/operations";
import type { JsonSchema, TrainingSettings } from "../graph/types";
import { useDatasets, useHealth } from "../net/queries";
import { Select } from "../ui/select";
import { TextArea, TextField } from "../ui/text-field";
import { AugmentationSection } from "./augmentation-section";
import { useChosenDataset } from "./column-picker";
import { controlOf, describeRange } from "./controls";
import { CostList } from "./costs";
import styles from "./inspector.module.css";
import { NormalizationSection } from "./normalization-section";
import { precisionChoices } from "./precisions";
import { Section } from "./section";
import { SettingField } from "./setting-field";
import { SplitFields } from "./split-fields";
import { StoppingSection } from "./stopping-section";
import { DEFAULT_TRAINING, TRAINING_FIELDS } from "./training-fields";

/** With nothing selected: the graph itself, and how it is trained. */
export function GraphPanel() {
  const name = useGraph((state) => state.document.name);
  const description = useGraph((state) => state.document.description);
  const totals = useGraph((state) => state.report?.totals);
  const hasInputs = useGraph((state) => state.whole.nodes.some((node) => node.kind === "Input"));
  const dataset = useChosenDataset();
  return (
    <>
      <header className={styles.header}>
        <h2 className={styles.title}>Graph</h2>
        <p className={styles.about}>Select a node or a wire to see its settings here.</p>
      </header>
      <Section title="About">
        <TextField
          label="Name"
          data-testid="field-name"
          value={name}
          maxLength={128}
          onValueChange={(next) =>
            transact(
              "Rename graph",
              (draft) => {
                draft.name = next;
              },
              "graph-name",
            )
          }
          onBlur={endGesture}
        />
        <TextArea
          label="Description"
          data-testid="field-description"
          rows={5}
          value={description}
          onValueChange={(next) =>
            transact(
              "Describe graph",
              (draft) => {
                draft.description = next;
              },
              "graph-description",
            )
          }
          onBlur={endGesture}
        />
      </Section>
      <TrainingSection />
      {hasInputs && dataset !== undefined && (
        <>
          <NormalizationSection dataset={dataset} />
          <AugmentationSection dataset={dataset} />
        </>
      )}
      {hasInputs && <StoppingSection />}
      {totals !== undefined && (
        <Section title="Cost">
          <CostList
            costs={[
              ["Parameters", formatCount(totals.parameters)],
              ["of these trained", formatCount(totals.trainable_parameters)],
              ["Multiply-adds per sample", formatCount(totals.multiply_adds)],
              ["Memory per sample", formatBytes(totals.activation_bytes)],
            ]}
          />
        </Section>
      )}
    </>
  );
}

function TrainingSection() {
  const training = useGraph((state) => state.document.training);
  const hasInputs = useGraph((state) => state.document.nodes.some((node) => node.kind === "Input"));
  const datasets = useDatasets();
  const health = useHealth();
  const backends = (health.data?.backends ?? []).filter(({ name }) => name !== "auto");
  const change = (label: string, value: Partial<TrainingSettings>, gesture: string | null = null) =>
    transact(label, (draft) => setTraining(draft, value), gesture);
  const field = (name: keyof typeof TRAINING_FIELDS, schema: JsonSchema = TRAINING_FIELDS[name]) => (
    <SettingField
      key={name}
      name={name}
      schema={schema}
      root={schema}
      value={training[name]}
      defaultValue={DEFAULT_TRAINING[name]}
      range={describeRange(schema, controlOf(schema, schema), { [name]: DEFAULT_TRAINING[name] }, name)}
      onChange={(value) =>
        change(`Set ${schema.title?.toLowerCase()}`, { [name]: value }, `training.${name}`)
      }
      onDone={endGesture}
    />
  );
  const inSteps = training.steps !== null || !hasInputs;
  return (
    <Section title="Training">
      {hasInputs && (
        <Select
          label="Data set"
          description="Where the Input nodes take their columns from."
          data-testid="field-dataset"
          placeholder={datasets.isPending ? "Loading the data sets" : "None chosen"}
          value={training.dataset}
          options={(datasets.data ?? []).map((set) => ({
            value: set.id,
            label: set.name,
            detail: `${set.size} samples`,
          }))}
          onValueChange={(dataset) => change("Choose data set", { dataset })}
        />
      )}
      {hasInputs && (
        <Select
          label="Length"
          data-testid="field-length"
          value={inSteps ? "steps" : "epochs"}
          options={[
            { value: "epochs", label: "In epochs", detail: "Passes over the training samples" },
            { value: "steps", label: "In steps", detail: "Updates of the parameters" },
          ]}
          onValueChange={(unit) =>
            change("Set length", { steps: unit === "steps" ? (training.steps ?? 100) : null })
          }
        />
      )}
      {inSteps ? field("steps") : field("epochs")}
      {hasInputs && field("batch_size")}
      {field("seed")}
      {hasInputs && field("shuffle")}
      {hasInputs && <SplitFields dataset={(datasets.data ?? []).find(({ id }) => id === training.dataset)} />}
      <Select
        label="Computed by"
        description="“Fastest here” takes the quickest that this machine has."
        data-testid="field-backend"
        value={training.backend}
        options={[
          { value: "auto", label: "Fastest here" },
          ...backends.map((backend) => ({
            value: backend.name,
            label: backend.name,
            detail: backend.available ? backend.device : (backend.missing ?? "Not available"),
            disabled: !backend.available,
          })),
        ]}
        onValueChange={(backend) => change("Choose backend", { backend })}
      />
      {field("dtype")}
      <Select
        label="Products"
        description="What matrix products and convolutions read in a training step."
        data-testid="field-precision"
        value={training.precision}
        options={precisionChoices(training, backends)}
        onValueChange={(precision) => change("Choose precision of products", { precision })}
      />
    </Section>
  );
}
