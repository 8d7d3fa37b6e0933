import { Switch as Base } from "@base-ui/react/switch";
import { Field, type FieldFrame } from "./field";
import styles from "./switch.module.css";

export interface SwitchProps extends FieldFrame {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean | undefined;
  "data-testid"?: string | undefined;
}

export function Switch({
  label,
  hideLabel,
  description,
  error,
  aside,
  checked,
  onCheckedChange,
  disabled,
  ...rest
}: SwitchProps) {
  return (
    <Field
      layout="inline"
      label={label}
      hideLabel={hideLabel}
      description={description}
      error={error}
      aside={aside}
    >
      {({ control, describedBy }) => (
        <Base.Root
          {...rest}
          id={control}
          className={styles.switch}
          checked={checked}
          onCheckedChange={onCheckedChange}
          disabled={disabled}
          aria-describedby={describedBy}
        >
          <Base.Thumb className={styles.thumb} />
        </Base.Root>
      )}
    </Field>
  );
}
