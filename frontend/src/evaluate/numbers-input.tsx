import { useState } from "react";
import { NumberField } from "../ui/number-field";
import { TextArea } from "../ui/text-field";
import type { InputValue } from "./input-value";
import styles from "./numbers-input.module.css";
import type { RunInput } from "./run-inputs";
import { readTensor, showShape, sizeOf } from "./tensor";

interface NumbersInputProps {
  input: RunInput;
  value: InputValue;
  onValue: (value: InputValue) => void;
}

const MOST_FIELDS = 16;

/** One field for each number while they are few, else one field for all of them. */
export function NumbersInput({ input, value, onValue }: NumbersInputProps) {
  const flat = value.kind === "numbers" ? value.flat : [];
  if (sizeOf(input.shape) > MOST_FIELDS) return <NumbersText input={input} flat={flat} onValue={onValue} />;
  return (
    <div className={styles.fields}>
      {flat.map((number, place) => (
        <NumberField
          // biome-ignore lint/suspicious/noArrayIndexKey: a number's place is its identity.
          key={place}
          label={flat.length === 1 ? input.title : `${input.title}, number ${place + 1}`}
          hideLabel
          data-testid={flat.length === 1 ? testId(input) : `${testId(input)}-${place}`}
          value={Number(number.toPrecision(7))}
          integer={input.dtype !== "float32"}
          {...(input.dtype === "bool" && { min: 0, max: 1 })}
          onValueChange={(next) => onValue({ kind: "numbers", flat: flat.with(place, next) })}
        />
      ))}
    </div>
  );
}

function NumbersText({
  input,
  flat,
  onValue,
}: {
  input: RunInput;
  flat: readonly number[];
  onValue: NumbersInputProps["onValue"];
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const read = draft === null ? null : readTensor(draft, input.shape);
  return (
    <TextArea
      label={input.title}
      hideLabel
      data-testid={testId(input)}
      rows={5}
      spellCheck={false}
      description={`${sizeOf(input.shape)} numbers in the order of the shape ${showShape(input.shape)}; spaces, commas or brackets between them.`}
      error={read !== null && !read.ok ? read.error : undefined}
      value={draft ?? flat.map((number) => Number(number.toPrecision(6))).join(" ")}
      onValueChange={(text) => {
        setDraft(text);
        const next = readTensor(text, input.shape);
        if (next.ok) onValue({ kind: "numbers", flat: next.flat });
      }}
      onBlur={() => {
        if (read === null || read.ok) setDraft(null);
      }}
    />
  );
}

function testId({ name }: RunInput): string {
  return `evaluate-input-${name}`;
}
