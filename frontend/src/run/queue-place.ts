import type { RunRecord } from "../net/types";

const ORDINALS = new Intl.PluralRules("en", { type: "ordinal" });
const ENDINGS: Readonly<Record<string, string>> = { one: "st", two: "nd", few: "rd" };

/** "queued, next", "queued, 3rd in line"; for a run that waits no more, its state. */
export function stateInWords({ state, queue_position: place }: RunRecord): string {
  if (state !== "queued" || place === null) return state;
  return place === 1 ? "queued, next" : `queued, ${ordinal(place)} in line`;
}

/** What a person waits for: "Waiting for its turn, after 2 other runs". */
export function waitInWords(place: number | null): string {
  if (place === null) return "Waiting for its turn";
  if (place === 1) return "Waiting for its turn: it is next";
  return `Waiting for its turn, after ${place - 1} other waiting ${place === 2 ? "run" : "runs"}`;
}

function ordinal(count: number): string {
  return `${count}${ENDINGS[ORDINALS.select(count)] ?? "th"}`;
}
