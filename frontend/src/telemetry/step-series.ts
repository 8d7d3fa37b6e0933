import type { EventOf } from "../net/types";
import { AppendBuffer } from "./append-buffer";

/** By optimizer; place 0 is step 1. */
export type StepSeries = Map<string, AppendBuffer>;

/** What an event tells of each step, by optimizer. */
export type ByName = Readonly<Record<string, readonly (number | null)[]>>;

/** Where losses were left out, each that is there holds until the next one; the last is that of the last step. */
export function recordSteps(
  into: StepSeries,
  byName: ByName,
  firstStep: number,
  stride: number,
  count: number,
): void {
  for (const [name, values] of Object.entries(byName)) {
    let buffer = into.get(name);
    if (buffer === undefined) {
      buffer = new AppendBuffer();
      into.set(name, buffer);
    }
    for (let place = 0; place < count; place++) {
      buffer.set(firstStep - 1 + place, values[Math.floor(place / stride)] ?? Number.NaN);
    }
  }
}

/** Rates as the log tells them: a number of its own for each step, or one that held for all of them. */
export function ofEachStep(rates: EventOf<"steps">["learning_rates"], count: number): ByName {
  return Object.fromEntries(
    Object.entries(rates).map(([name, told]) => [
      name,
      Array.isArray(told) ? told : new Array(count).fill(told),
    ]),
  );
}

export function lastOfEach(byName: ByName): Record<string, number | null> {
  return Object.fromEntries(Object.entries(byName).map(([name, values]) => [name, values.at(-1) ?? null]));
}

/** The log tells the step where it left out losses; where it did not, the losses do. */
export function firstGap({ first_step, losses, diverged_at }: EventOf<"steps">): number {
  if (diverged_at != null) return diverged_at;
  const places = Object.values(losses)
    .map((values) => values.indexOf(null))
    .filter((place) => place >= 0);
  return first_step + (places.length > 0 ? Math.min(...places) : 0);
}
