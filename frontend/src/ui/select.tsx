import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import { Field, type FieldFrame } from "./field";
import styles from "./select.module.css";

export interface SelectOption<Value extends string> {
  value: Value;
  label: string;
  /** A second, quieter line in the list. */
  detail?: string | undefined;
  disabled?: boolean;
}

export interface SelectProps<Value extends string> extends FieldFrame {
  value: Value | null;
  onValueChange: (value: Value) => void;
  options: readonly SelectOption<Value>[];
  placeholder?: string;
  size?: "sm" | "md";
  disabled?: boolean | undefined;
  "data-testid"?: string | undefined;
}

export function Select<Value extends string>({
  label,
  hideLabel,
  description,
  error,
  aside,
  value,
  onValueChange,
  options,
  placeholder = "Choose",
  size = "md",
  disabled,
  ...rest
}: SelectProps<Value>) {
  return (
    <Field label={label} hideLabel={hideLabel} description={description} error={error} aside={aside}>
      {({ control, describedBy }) => (
        <Base.Root
          items={options.map((option) => ({ value: option.value, label: option.label }))}
          value={value}
          onValueChange={(next) => next !== null && onValueChange(next as Value)}
          disabled={disabled}
          modal={false}
        >
          <Base.Trigger
            {...rest}
            id={control}
            className={styles.trigger}
            data-size={size}
            aria-label={label}
            aria-describedby={describedBy}
            aria-invalid={error !== undefined}
          >
            <Base.Value className={styles.value} placeholder={placeholder} />
            <Base.Icon className={styles.icon}>
              <ChevronsUpDown aria-hidden size={14} />
            </Base.Icon>
          </Base.Trigger>
          <Base.Portal>
            <Base.Positioner className={styles.positioner} sideOffset={4} alignItemWithTrigger={false}>
              <Base.Popup className={styles.popup}>
                <Base.List>
                  {options.map((option) => (
                    <Base.Item
                      key={option.value}
                      value={option.value}
                      disabled={option.disabled}
                      className={styles.item}
                    >
                      <span className={styles.mark}>
                        <Base.ItemIndicator>
                          <Check aria-hidden size={14} />
                        </Base.ItemIndicator>
                      </span>
                      <span className={styles.text}>
                        <Base.ItemText>{option.label}</Base.ItemText>
                        {option.detail !== undefined && (
                          <span className={styles.detail}>{option.detail}</span>
                        )}
                      </span>
                    </Base.Item>
                  ))}
                </Base.List>
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.Root>
      )}
    </Field>
  );
}
