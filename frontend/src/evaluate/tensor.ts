import type { PictureShape } from "../charts/tensor-picture";

/** Numbers nested as a shape says, as JSON carries them, and flat, as controls edit them. */

export type Nested = number | boolean | null | readonly Nested[];

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

export function nest(flat: readonly number[], shape: readonly number[]): Nested {
  const [length, ...rest] = shape;
  if (length === undefined) return flat[0] ?? 0;
  const stride = sizeOf(rest);
  return Array.from({ length }, (_, place) => nest(flat.slice(place * stride, (place + 1) * stride), rest));
}

/** All numbers in order; what is not a number becomes NaN, true and false become 1 and 0. */
export function flatten(value: unknown): number[] {
  if (Array.isArray(value)) return value.flatMap(flatten);
  if (typeof value === "boolean") return [Number(value)];
  return [typeof value === "number" ? value : Number.NaN];
}

export type ReadTensor =
  | { readonly ok: true; readonly flat: number[] }
  | { readonly ok: false; readonly error: string };

/** Read pasted numbers: nested JSON, or any list separated by spaces, commas or lines. */
export function readTensor(text: string, shape: readonly number[]): ReadTensor {
  const words = text
    .replace(/[[\](),;]/g, " ")
    .split(/\s+/)
    .filter(Boolean);
  const flat = words.map(Number);
  const wrong = words.find((_, place) => !Number.isFinite(flat[place]));
  if (wrong !== undefined) return { ok: false, error: `"${wrong}" is not a number.` };
  const size = sizeOf(shape);
  if (flat.length !== size) {
    return { ok: false, error: `Expected ${size} numbers, shape ${showShape(shape)}; got ${flat.length}.` };
  }
  return { ok: true, flat };
}

/** As Python writes a tuple: (), (3,), (3, 32, 32). */
export function showShape(shape: readonly number[]): string {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

/** Whether a sample shape is that of a picture, channels first; shapes such as (3, 2, 2) are too small to be one. */
export function pictureShape(shape: readonly number[]): PictureShape | null {
  const [channels, height, width] = shape.length === 2 ? [1, ...shape] : shape.length === 3 ? shape : [];
  if (channels === undefined || height === undefined || width === undefined) return null;
  return [1, 3, 4].includes(channels) && height >= 4 && width >= 4 ? { channels, height, width } : null;
}
