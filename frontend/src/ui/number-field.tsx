import { type ComponentProps, type KeyboardEvent, useState } from "react";
import { Field, type FieldFrame } from "./field";
import styles from "./field.module.css";
import { type NumberRules, parseNumber } from "./parse-number";

export interface NumberFieldProps
  extends FieldFrame,
    NumberRules,
    Omit<ComponentProps<"input">, "onChange" | "size" | "value" | "id" | "min" | "max" | "step"> {
  value: number | null;
  /** Called with a legal number when the person leaves the field, presses Enter or steps with the arrow keys. */
  onValueChange: (value: number) => void;
  /** What an arrow key adds; by default a tenth of the number's own magnitude, or one for whole numbers. */
  step?: number;
  size?: "sm" | "md";
}

/** A field for numbers as they are written in this trade: 1e-3 stays 0.001 and is never rounded away. */
export function NumberField(props: NumberFieldProps) {
  const {
    label,
    hideLabel,
    description,
    error,
    aside,
    value,
    onValueChange,
    step,
    size = "md",
    ...others
  } = props;
  const { integer, min, max, exclusiveMin, exclusiveMax, ...rest } = others;
  const rules: NumberRules = { integer, min, max, exclusiveMin, exclusiveMax };
  const [draft, setDraft] = useState<string | null>(null);
  const parsed = draft === null ? null : parseNumber(draft, rules);
  const complaint = error ?? (parsed !== null && !parsed.ok ? parsed.error : undefined);

  const commit = () => {
    if (parsed?.ok && parsed.value !== value) onValueChange(parsed.value);
    if (parsed === null || parsed.ok) setDraft(null);
  };

  const nudge = (direction: number) => {
    const from = parsed?.ok ? parsed.value : (value ?? 0);
    const next = parseNumber(String(clean(from + direction * (step ?? ownStep(from, integer)))), rules);
    if (!next.ok) return;
    setDraft(null);
    onValueChange(next.value);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    rest.onKeyDown?.(event);
    if (event.key === "Enter") commit();
    else if (event.key === "Escape" && draft !== null) {
      event.stopPropagation();
      setDraft(null);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      nudge((event.key === "ArrowUp" ? 1 : -1) * (event.shiftKey ? 10 : 1));
    }
  };

  return (
    <Field label={label} hideLabel={hideLabel} description={description} error={complaint} aside={aside}>
      {({ control, describedBy }) => (
        <input
          autoComplete="off"
          spellCheck={false}
          {...rest}
          type="text"
          inputMode={integer ? "numeric" : "decimal"}
          id={control}
          className={styles.input}
          data-size={size}
          data-numeric
          value={draft ?? (value === null ? "" : String(value))}
          aria-describedby={describedBy}
          aria-invalid={complaint !== undefined}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={(event) => {
            rest.onBlur?.(event);
            commit();
          }}
          onKeyDown={onKeyDown}
        />
      )}
    </Field>
  );
}

function ownStep(value: number, integer: boolean | undefined): number {
  if (integer || value === 0) return integer ? 1 : 0.1;
  return 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
}

/** Takes binary noise off a sum of two decimals: 0.1 + 0.2 is 0.3 here. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}
