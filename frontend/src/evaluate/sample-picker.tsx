import { useQuery } from "@tanstack/react-query";
import { Dices } from "lucide-react";
import { useEffect, useState } from "react";
import { messageOf } from "../api/error";
import { sampleQuery, useDatasets } from "../net/queries";
import type { DatasetSample, DatasetSummary } from "../net/types";
import { formatValue } from "../telemetry/format";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import { NumberField } from "../ui/number-field";
import type { InputValue } from "./input-value";
import type { RunInput } from "./run-inputs";
import styles from "./sample-picker.module.css";
import { flatten, sizeOf } from "./tensor";

interface SamplePickerProps {
  dataset: string;
  inputs: readonly RunInput[];
  /** What was given is no longer the sample as it is in the dataset. */
  edited: boolean;
  onSample: (values: Record<string, InputValue>) => void;
}

const MOST_NUMBERS = 4;

/** Fill the inputs from a sample of the dataset that it was trained on, and say what the right answer would be. */
export function SamplePicker({ dataset, inputs, edited, onSample }: SamplePickerProps) {
  const { data: datasets } = useDatasets();
  const summary = datasets?.find(({ id }) => id === dataset);
  const [index, setIndex] = useState(0);
  const { data: sample, error } = useQuery(sampleQuery(dataset, index));

  // biome-ignore lint/correctness/useExhaustiveDependencies: only another sample fills the inputs anew.
  useEffect(() => {
    if (sample !== undefined) onSample(valuesOf(sample, inputs));
  }, [sample]);

  // The sample on show may have been drawn over: choosing it again brings it back.
  const choose = (next: number) => {
    if (next === index && sample !== undefined) onSample(valuesOf(sample, inputs));
    setIndex(next);
  };

  if (error !== null) {
    return (
      <Banner tone="warning" title="The dataset's samples cannot be read">
        {messageOf(error)}
      </Banner>
    );
  }
  const size = summary?.size ?? 1;
  return (
    <div className={styles.picker}>
      <div className={styles.field}>
        <NumberField
          label={`Sample of ${summary?.name ?? dataset}`}
          data-testid="sample-index"
          value={edited && sample !== undefined ? null : index}
          placeholder="none"
          integer
          min={0}
          max={size - 1}
          step={1}
          onValueChange={choose}
        />
      </div>
      <Button
        icon={Dices}
        data-testid="random-sample"
        onClick={() => choose(Math.floor(Math.random() * size))}
      >
        At random
      </Button>
      {sample !== undefined && summary !== undefined && !edited && (
        <Truth sample={sample} summary={summary} inputs={inputs} />
      )}
    </div>
  );
}

/** The sample's other columns: what the graph should answer. */
function Truth({
  sample,
  summary,
  inputs,
}: {
  sample: DatasetSample;
  summary: DatasetSummary;
  inputs: readonly RunInput[];
}) {
  const given = new Set(inputs.map(({ column }) => column));
  const others = summary.columns.filter(
    ({ name, shape }) => !given.has(name) && sizeOf(shape) <= MOST_NUMBERS,
  );
  if (others.length === 0) return null;
  return (
    <dl className={styles.truth}>
      {others.map(({ name, labels }) => {
        const values = flatten(sample.values[name]);
        const words = values.map((value) => labels?.[value] ?? formatValue(value)).join(", ");
        return (
          <div key={name}>
            <dt>{name}</dt>
            <dd data-testid={`sample-${name}`}>{words}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function valuesOf({ values }: DatasetSample, inputs: readonly RunInput[]): Record<string, InputValue> {
  const known = inputs.filter(({ column }) => column in values);
  return Object.fromEntries(
    known.map(({ name, column }) => [name, { kind: "numbers", flat: flatten(values[column]) } as const]),
  );
}
