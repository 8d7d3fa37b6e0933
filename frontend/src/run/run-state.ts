import { hasEnded, type RunRecord, type RunState } from "../net/types";

/**
 * The state that a run is in. The log says so first, but while a long past is still being replayed, what it says is
 * past too: until then the server's record holds.
 */
export function stateOf(run: RunRecord | null, seq: number, told: RunState | null): RunState | null {
  if (run === null) return null;
  return seq < run.last_seq ? run.state : (told ?? run.state);
}

export function isLive(state: RunState | null): boolean {
  return state !== null && !hasEnded(state);
}

/** A live run has weights once it makes steps; an ended one if it left them on disk. */
export function hasWeights(state: RunState | null, savedStep: number | null): boolean {
  if (state === null || state === "queued" || state === "starting") return false;
  return state === "running" || state === "paused" || savedStep !== null;
}

/** Whether a run can be told to go on where it was. */
export function canGoOn(state: RunState | null): boolean {
  return state === "interrupted" || state === "failed";
}
