import type { EvaluationRequest } from "../net/types";
import type { RunInput } from "./run-inputs";
import { nest, sizeOf } from "./tensor";

/** What one Input is given: its numbers, or a picture that the server turns into them. */
export type InputValue =
  | { readonly kind: "numbers"; readonly flat: readonly number[] }
  | { readonly kind: "picture"; readonly address: string };

export function emptyValue({ shape }: RunInput): InputValue {
  return { kind: "numbers", flat: new Array<number>(sizeOf(shape)).fill(0) };
}

export function requestOf(
  inputs: readonly RunInput[],
  values: Readonly<Record<string, InputValue>>,
): EvaluationRequest {
  const numbers: Record<string, unknown> = {};
  const images: Record<string, string> = {};
  for (const { name, shape, dtype } of inputs) {
    const value = values[name];
    if (value?.kind === "picture") images[name] = value.address;
    else if (value !== undefined) {
      const flat = dtype === "float32" ? value.flat : value.flat.map(Math.round);
      numbers[name] = nest(flat, shape);
    }
  }
  return { inputs: numbers, images };
}
