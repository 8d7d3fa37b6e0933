import type { ComponentProps } from "react";
import { Field, type FieldFrame } from "./field";
import styles from "./field.module.css";

export interface TextFieldProps
  extends FieldFrame,
    Omit<ComponentProps<"input">, "onChange" | "size" | "value" | "id"> {
  value: string;
  onValueChange: (value: string) => void;
  size?: "sm" | "md";
}

export function TextField({
  label,
  hideLabel,
  description,
  error,
  aside,
  value,
  onValueChange,
  size = "md",
  ...rest
}: TextFieldProps) {
  return (
    <Field label={label} hideLabel={hideLabel} description={description} error={error} aside={aside}>
      {({ control, describedBy }) => (
        <input
          type="text"
          {...rest}
          id={control}
          className={styles.input}
          data-size={size}
          value={value}
          aria-describedby={describedBy}
          aria-invalid={error !== undefined}
          onChange={(event) => onValueChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface TextAreaProps
  extends FieldFrame,
    Omit<ComponentProps<"textarea">, "onChange" | "value" | "id"> {
  value: string;
  onValueChange: (value: string) => void;
}

export function TextArea({
  label,
  hideLabel,
  description,
  error,
  aside,
  value,
  onValueChange,
  ...rest
}: TextAreaProps) {
  return (
    <Field label={label} hideLabel={hideLabel} description={description} error={error} aside={aside}>
      {({ control, describedBy }) => (
        <textarea
          rows={4}
          {...rest}
          id={control}
          className={styles.input}
          value={value}
          aria-describedby={describedBy}
          aria-invalid={error !== undefined}
          onChange={(event) => onValueChange(event.target.value)}
        />
      )}
    </Field>
  );
}
