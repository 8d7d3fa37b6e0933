import { RotateCcw } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { sameJson } from "../graph/equal";
import type { JsonSchema } from "../graph/types";
import { IconButton } from "../ui/icon-button";
import { Select } from "../ui/select";
import { Switch } from "../ui/switch";
import { TextArea, TextField } from "../ui/text-field";
import { controlOf, fromText, type SettingControl, toText } from "./controls";
import { NodesField } from "./nodes-field";

export interface SettingFieldProps {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
  readonly value: unknown;
  readonly defaultValue: unknown;
  /** The default and the range in words. */
  readonly range?: string;
  /** What an empty field stands for. */
  readonly placeholder?: string | undefined;
  readonly onChange: (value: unknown) => void;
  /** The person turned to something else: what follows is a step of its own. */
  readonly onDone: () => void;
}

/** One setting as a labeled field with its sentence, its range, and a way back to the default. */
export function SettingField(props: SettingFieldProps) {
  const { name, schema, root, value, defaultValue, onChange, onDone, range } = props;
  const setting = controlOf(schema, root);
  const { control, nullable } = setting;
  const label = schema.title ?? sentence(name);
  const isChanged = value !== undefined && !sameJson(value, defaultValue);
  const description = [schema.description, range].filter(Boolean).join(" ") || undefined;
  const frame = {
    label,
    description,
    "data-testid": `field-${name}`,
    aside: (
      <ResetButton
        isChanged={isChanged}
        onReset={() => {
          onChange(defaultValue ?? null);
          onDone();
        }}
      />
    ),
  };
  switch (control.as) {
    case "switch":
      return <Switch {...frame} checked={value === true} onCheckedChange={(next) => onChange(next)} />;
    case "choice":
      return (
        <Select
          {...frame}
          value={typeof value === "string" ? value : value === null ? NONE : String(value)}
          options={[
            ...(nullable ? [{ value: NONE, label: "None" }] : []),
            ...control.options.map((option) => ({ value: option, label: optionLabel(option) })),
          ]}
          onValueChange={(next) => {
            onChange(next === NONE ? null : next);
            onDone();
          }}
        />
      );
    case "nodes":
      return (
        <NodesField
          name={name}
          label={label}
          description={description}
          all={control.all}
          value={Array.isArray(value) ? value.map(String) : null}
          onChange={(next) => {
            onChange(next);
            onDone();
          }}
        />
      );
    default:
      return (
        <TypedField
          {...frame}
          setting={setting}
          placeholder={props.placeholder ?? placeholderOf(schema, setting)}
          value={value}
          onChange={onChange}
          onDone={onDone}
        />
      );
  }
}

const NONE = "\u0000none";

interface TypedFieldProps {
  readonly label: string;
  readonly description: string | undefined;
  readonly aside: React.ReactNode;
  readonly "data-testid": string;
  readonly setting: SettingControl;
  readonly placeholder: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly onDone: () => void;
}

/** A field of text. What is typed stays until it is right; every right value takes effect at once. */
function TypedField({ setting, value, onChange, onDone, ...frame }: TypedFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const { control } = setting;
  const parsed = draft === null ? null : fromText(setting, draft);
  // Undo, a reset or a fix may change the setting under a draft that was right; then the setting is shown.
  const isOvertaken = parsed?.ok === true && !sameJson(parsed.value, value);
  const shown = draft === null || isOvertaken ? toText(control, value) : draft;

  const type = (text: string) => {
    setDraft(text);
    const next = fromText(setting, text);
    if (next.ok && !sameJson(next.value, value)) onChange(next.value);
  };
  const finish = () => {
    if (parsed === null || parsed.ok) setDraft(null);
    onDone();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === "Escape" && draft !== null) {
      setDraft(null);
      event.stopPropagation();
    } else if (event.key === "Enter" && event.currentTarget.tagName === "INPUT") {
      finish();
    } else if (control.as === "number" && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const standing = Number(value ?? frame.placeholder) || 0;
      const from = parsed?.ok && typeof parsed.value === "number" ? parsed.value : standing;
      const by =
        (event.key === "ArrowUp" ? 1 : -1) * (event.shiftKey ? 10 : 1) * (control.step ?? ownStep(from));
      type(String(Number((from + by).toPrecision(12))));
    }
  };
  const field = {
    ...frame,
    value: shown,
    onValueChange: type,
    onBlur: finish,
    onKeyDown,
    error: parsed !== null && !parsed.ok ? parsed.error : undefined,
    spellCheck: false,
    autoComplete: "off",
  };
  const isLong =
    (control.as === "text" && control.multiline) || (control.as === "tensor" && shown.length > 36);
  return isLong ? <TextArea {...field} rows={4} /> : <TextField {...field} />;
}

function placeholderOf(schema: JsonSchema, { control, nullable }: SettingControl): string {
  const told = schema["x-placeholder"];
  if (typeof told === "string") return told;
  return nullable ? "None" : control.as === "list" ? "()" : "";
}

function ownStep(value: number): number {
  return value === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
}

/** It keeps its place while there is nothing to reset, so that nothing jumps. */
function ResetButton({ isChanged, onReset }: { isChanged: boolean; onReset: () => void }) {
  return (
    <span style={{ visibility: isChanged ? "visible" : "hidden", marginBlock: -3 }}>
      <IconButton
        icon={RotateCcw}
        label="Back to the default"
        size="sm"
        tooltipSide="left"
        onClick={onReset}
      />
    </span>
  );
}

export function sentence(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function optionLabel(option: string): string {
  return option.replaceAll("_", " ");
}
