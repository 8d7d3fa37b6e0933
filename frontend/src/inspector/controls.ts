import type { JsonSchema, Settings } from "../graph/types";
import { type NumberRules, parseNumber } from "../ui/parse-number";

/** From a setting's JSON Schema to how it is edited, and between what it holds and what a person types. */

export type Control =
  | { readonly as: "switch" }
  | { readonly as: "choice"; readonly options: readonly string[] }
  | { readonly as: "number"; readonly rules: NumberRules; readonly step: number | null }
  | {
      readonly as: "text";
      readonly multiline: boolean;
      readonly minLength: number;
      readonly maxLength: number | null;
    }
  | {
      readonly as: "list";
      readonly rules: NumberRules;
      readonly minLength: number;
      readonly maxLength: number | null;
    }
  | { readonly as: "words" }
  | { readonly as: "tensor" }
  /** `all` is the value that stands for every node, if there is one. */
  | { readonly as: "nodes"; readonly all: { readonly value: unknown } | null }
  /** Several of the above at once (a number, a list of numbers, or one of some words), typed as text. */
  | { readonly as: "mixed"; readonly parts: readonly Control[]; readonly hint: string };

export interface SettingControl {
  readonly control: Control;
  /** Whether it may be left empty (null). */
  readonly nullable: boolean;
}

export function controlOf(schema: JsonSchema, root: JsonSchema): SettingControl {
  const { parts, nullable } = alternatives(schema, root);
  const named = schema["x-control"] ?? parts.find((part) => part["x-control"] !== undefined)?.["x-control"];
  if (named === "tensor") return { control: { as: "tensor" }, nullable };
  if (named === "node-list") return { control: { as: "nodes", all: everything(parts, nullable) }, nullable };
  const controls = parts.map((part) => plainControl(part, root, named));
  const [only] = controls;
  if (only !== undefined && controls.length === 1) return { control: only, nullable };
  const merged = mergedChoice(controls);
  if (merged !== null) return { control: merged, nullable };
  return { control: { as: "mixed", parts: controls, hint: controls.map(hintOf).join(", or ") }, nullable };
}

function everything(parts: readonly JsonSchema[], nullable: boolean): { value: unknown } | null {
  const word = parts.find((part) => part.const !== undefined);
  if (word !== undefined) return { value: word.const };
  return nullable ? { value: null } : null;
}

function alternatives(schema: JsonSchema, root: JsonSchema): { parts: JsonSchema[]; nullable: boolean } {
  const resolved = resolve(schema, root);
  const all = (resolved.anyOf ?? [resolved]).map((part) => resolve(part, root));
  const parts = all.filter((part) => part.type !== "null");
  return { parts, nullable: parts.length < all.length };
}

function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const [only] = schema.allOf ?? [];
  const reference = schema.$ref ?? (schema.allOf?.length === 1 ? only?.$ref : undefined);
  if (reference === undefined) return schema;
  const target = root.$defs?.[reference.replace("#/$defs/", "")];
  return target === undefined ? schema : { ...target, ...schema };
}

function plainControl(schema: JsonSchema, root: JsonSchema, named: unknown): Control {
  if (schema.enum !== undefined) return { as: "choice", options: schema.enum.map(String) };
  if (schema.const !== undefined) return { as: "choice", options: [String(schema.const)] };
  if (schema.type === "boolean") return { as: "switch" };
  if (schema.type === "integer" || schema.type === "number") {
    return { as: "number", rules: rulesOf(schema), step: stepOf(schema) };
  }
  if (schema.type === "array") {
    const [first] = schema.prefixItems ?? [];
    const item = resolve(schema.items ?? first ?? {}, root);
    const maxLength = schema.maxItems ?? null;
    if (item.type === "string") return { as: "words" };
    return { as: "list", rules: rulesOf(item), minLength: schema.minItems ?? 0, maxLength };
  }
  return {
    as: "text",
    multiline: named === "text",
    minLength: schema.minLength ?? 0,
    maxLength: schema.maxLength ?? null,
  };
}

function rulesOf(schema: JsonSchema): NumberRules {
  return {
    integer: schema.type === "integer",
    min: schema.minimum,
    max: schema.maximum,
    exclusiveMin: schema.exclusiveMinimum,
    exclusiveMax: schema.exclusiveMaximum,
  };
}

function stepOf(schema: JsonSchema): number | null {
  const step = schema["x-step"];
  if (typeof step === "number") return step;
  return schema.type === "integer" ? 1 : null;
}

function mergedChoice(controls: readonly Control[]): Control | null {
  if (!controls.every((control) => control.as === "choice")) return null;
  return { as: "choice", options: controls.flatMap((control) => control.options) };
}

function hintOf(control: Control): string {
  switch (control.as) {
    case "choice":
      return control.options.map((option) => `"${option}"`).join(" or ");
    case "number":
      return control.rules.integer ? "a whole number" : "a number";
    case "list":
      return 'numbers such as "3, 3"';
    case "switch":
      return "true or false";
    default:
      return "text";
  }
}

export type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string };

/** How a value stands in its field. */
export function toText(control: Control, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (control.as === "list" && Array.isArray(value)) return value.join(", ");
  if ((control.as === "mixed" || control.as === "words") && Array.isArray(value)) return value.join(", ");
  if (control.as === "tensor") return JSON.stringify(value).replaceAll(",", ", ");
  return typeof value === "string"
    ? value
    : typeof value === "number"
      ? String(value)
      : JSON.stringify(value);
}

/** What a person typed, or what would be right instead. */
export function fromText({ control, nullable }: SettingControl, text: string): Parsed {
  if (nullable && text.trim() === "") return { ok: true, value: null };
  switch (control.as) {
    case "number":
      return parseNumber(text, control.rules);
    case "list":
      return parseList(text, control);
    case "words":
      return {
        ok: true,
        value: text
          .split(",")
          .map((word) => word.trim())
          .filter((word) => word !== ""),
      };
    case "tensor":
      return parseTensor(text);
    case "mixed":
      return parseMixed(control, text);
    case "text":
      return parseText(text, control);
    default:
      return { ok: true, value: text };
  }
}

function parseText(text: string, { minLength, maxLength }: Control & { as: "text" }): Parsed {
  if (text.length < minLength) return { ok: false, error: "This cannot be empty." };
  if (maxLength !== null && text.length > maxLength)
    return { ok: false, error: `At most ${maxLength} letters.` };
  return { ok: true, value: text };
}

function parseList(text: string, { rules, minLength, maxLength }: Control & { as: "list" }): Parsed {
  const inner = text
    .trim()
    .replace(/^[([]|[)\]]$/g, "")
    .trim();
  const parts = inner.split(/[\s,;×x]+/).filter((part) => part !== "");
  const numbers: number[] = [];
  for (const part of parts) {
    const parsed = parseNumber(part, rules);
    if (!parsed.ok)
      return { ok: false, error: `${parsed.error.replace(/\.$/, "")}: “${part}” is not. Write “3, 32, 32”.` };
    numbers.push(parsed.value);
  }
  if (numbers.length < minLength) return { ok: false, error: `At least ${minLength} numbers.` };
  if (maxLength !== null && numbers.length > maxLength) {
    return { ok: false, error: `At most ${maxLength} numbers.` };
  }
  return { ok: true, value: numbers };
}

const TENSOR_HELP = "Write a number, or lists such as [1, 2, 3] or [[1, 2], [3, 4]].";

function parseTensor(text: string): Parsed {
  const plain = text
    .trim()
    .replace(/[\u2212\u2013]/g, "-")
    .replace(/\bTrue\b/g, "true")
    .replace(/\bFalse\b/g, "false");
  // "1, 2, 3" without brackets is a list too.
  const source = plain.includes(",") && !plain.startsWith("[") ? `[${plain}]` : plain;
  try {
    const value: unknown = JSON.parse(source.replace(/(?<=[[\s,]|^)(-?)\.(?=\d)/g, "$10."));
    return isTensor(value) ? { ok: true, value } : { ok: false, error: TENSOR_HELP };
  } catch {
    return { ok: false, error: TENSOR_HELP };
  }
}

function isTensor(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(isTensor);
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
}

function parseMixed(control: Control & { as: "mixed" }, text: string): Parsed {
  for (const part of control.parts) {
    if (part.as === "choice") {
      const option = part.options.find((candidate) => candidate.toLowerCase() === text.trim().toLowerCase());
      if (option !== undefined) return { ok: true, value: option };
    } else if (part.as !== "text" && !(part.as === "list" && /^[^,\s]+$/.test(text.trim()))) {
      const parsed = fromText({ control: part, nullable: false }, text);
      if (parsed.ok) return parsed;
    }
  }
  return { ok: false, error: `Write ${control.hint}.` };
}

function describeDefault(schema: JsonSchema, control: Control, value: unknown): string | null {
  if (value === undefined || value === null || value === "" || control.as === "tensor") return null;
  if (Array.isArray(value) && value.length === 0) {
    return schema["x-control"] === "shape" ? "Default: a single number" : null;
  }
  if (typeof value === "boolean") return `Default ${value ? "on" : "off"}`;
  return `Default ${toText(control, value).replaceAll("_", " ")}`;
}

/** What a setting's default is, with the others as they are: one that is left empty may stand for something. */
export function defaultFor(
  schema: JsonSchema,
  settings: Settings,
  defaults: Settings,
  name: string,
): unknown {
  const byOthers = schema["x-default-by"];
  if (typeof byOthers !== "object" || byOthers === null) return defaults[name];
  for (const [other, values] of Object.entries(byOthers as Record<string, Record<string, unknown>>)) {
    const found = values[String(settings[other])];
    if (found !== undefined) return found;
  }
  return defaults[name];
}

/** "Default 0.1, from 0 to 1." */
export function describeRange(
  schema: JsonSchema,
  { control }: SettingControl,
  defaults: Settings,
  name: string,
): string {
  const parts: string[] = [];
  const value = defaults[name];
  const byDefault = describeDefault(schema, control, value);
  if (byDefault !== null) parts.push(byDefault);
  if (control.as === "number") {
    const { min, max, exclusiveMin, exclusiveMax } = control.rules;
    // Bounds that nobody would reach are not worth a word.
    const top =
      max !== undefined && max < 1e5
        ? `up to ${max}`
        : exclusiveMax !== undefined
          ? `below ${exclusiveMax}`
          : "";
    const bottom =
      min !== undefined ? `from ${min}` : exclusiveMin !== undefined ? `above ${exclusiveMin}` : "";
    const range = [bottom, top].filter((part) => part !== "").join(" ");
    if (range !== "") parts.push(range);
  }
  const unit = schema["x-unit"];
  if (typeof unit === "string") parts.push(`in ${unit}`);
  const words = parts.join(", ");
  return words === "" ? "" : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
