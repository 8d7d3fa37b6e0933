import { sameJson } from "./equal";
import type { JsonSchema, Kind, Settings, ValueReport } from "./types";

/** Words for values, settings and amounts. */

/** "(3, 32, 32)", "(10,)" and "()" for a single number. */
export function formatShape(shape: readonly number[]): string {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

/** "float32 (3, 32, 32)" */
export function formatValue(value: ValueReport): string {
  return `${value.dtype} ${formatShape(value.shape)}`;
}

/** "float32 (3, 32, 32), one for each sample of the batch" */
export function describeValue(value: ValueReport): string {
  const shape = value.shape.length === 0 ? "a single number" : formatShape(value.shape);
  const batched = value.batched ? "one for each sample of the batch" : "the same for the whole batch";
  return `${value.dtype}, ${shape}, ${batched}`;
}

/** Why a wire is blue or grey, as one sentence. */
export function describeGradient(value: ValueReport | null): string {
  if (value === null) return "Not known yet: something upstream is missing or wrong.";
  const verdict = value.carries_gradient ? "Carries gradient" : "Carries no gradient";
  const reason = value.reason.trim();
  return reason === "" ? `${verdict}.` : `${verdict}: ${reason.replace(/\.?$/, ".")}`;
}

const SUMMARY_LENGTH = 3;
/** With their default these say nothing about a node. */
const BACKGROUND: ReadonlySet<unknown> = new Set(["connections", "auto"]);

/** One line about a node's most telling settings, the first two and those that were changed: "16 · kernel 3". */
export function summarizeSettings(kind: Kind | undefined, settings: Settings): string {
  const properties = kind?.settings_schema.properties;
  if (kind === undefined || properties === undefined) return "";
  const all = { ...kind.default_settings, ...settings };
  const told = Object.entries(properties)
    .filter(([, schema]) => isShown(schema, all))
    .map(([name, schema]) => ({
      isChanged: !sameJson(all[name], kind.default_settings[name]),
      isBackground: BACKGROUND.has(name) || BACKGROUND.has(all[name]),
      text: summarizeSetting(name, schema, all[name]),
    }))
    .filter(({ text, isChanged, isBackground }) => text !== null && (isChanged || !isBackground));
  return told
    .filter(({ isChanged }, place) => place < 2 || isChanged)
    .slice(0, SUMMARY_LENGTH)
    .map(({ text }) => text)
    .join(" · ");
}

function summarizeSetting(name: string, schema: JsonSchema, value: unknown): string | null {
  const title = (schema.title ?? name).toLowerCase().replaceAll("_", " ");
  if (typeof value === "number") return `${title} ${formatNumber(value)}`;
  if (typeof value === "string") return value === "" ? null : clip(value.replaceAll("_", " "));
  // Lists of words (labels, chosen nodes) are too long for a line.
  if (!Array.isArray(value) || value.length === 0 || typeof value[0] === "string") return null;
  const isShape = schema["x-control"] === "shape" && value.every((length) => typeof length === "number");
  return isShape ? formatShape(value) : clip(JSON.stringify(value).replaceAll(",", ", "));
}

function clip(text: string): string {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}

/** Whether a setting matters with the others as they are (the catalogue's x-show-when). */
export function isShown(schema: JsonSchema, settings: Settings): boolean {
  const condition = schema["x-show-when"];
  if (typeof condition !== "object" || condition === null) return true;
  return Object.entries(condition).every(
    ([name, values]) => Array.isArray(values) && values.includes(settings[name]),
  );
}

export function formatNumber(value: number): string {
  const isFar = value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e7);
  return isFar
    ? String(Number(value.toPrecision(3)).toExponential()).replace("e+", "e")
    : String(Number(value.toPrecision(6)));
}

/** 1234567 -> "1.23 M" */
export function formatCount(count: number): string {
  return formatAmount(count, 1000, ["", " k", " M", " G", " T"]);
}

export function formatBytes(bytes: number): string {
  return formatAmount(bytes, 1024, [" B", " KiB", " MiB", " GiB", " TiB"]);
}

function formatAmount(amount: number, base: number, units: readonly string[]): string {
  let place = 0;
  let rest = amount;
  while (rest >= base && place < units.length - 1) {
    rest /= base;
    place += 1;
  }
  const digits = place === 0 || rest >= 100 ? 0 : rest >= 10 ? 1 : 2;
  return `${rest.toFixed(digits)}${units[place] ?? ""}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
