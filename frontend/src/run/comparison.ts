import { createStore } from "zustand/vanilla";
import { followRun } from "../net/event-stream";
import type { RunRecord } from "../net/types";
import { RunTelemetry } from "../telemetry/run-telemetry";

/** A run whose curves are drawn beside those of the run that is shown. */
export interface ComparedRun {
  readonly run: RunRecord;
  readonly telemetry: RunTelemetry;
  readonly stopFollowing: () => void;
}

/** With the run that is shown there are as many as there are colors. */
export const MOST_COMPARED = 5;

export const comparison = createStore<{ readonly runs: readonly ComparedRun[] }>()(() => ({ runs: [] }));

export function setCompared(run: RunRecord, wanted: boolean): void {
  const { runs } = comparison.getState();
  const found = runs.find((compared) => compared.run.id === run.id);
  if (wanted && found === undefined && runs.length < MOST_COMPARED) {
    const telemetry = new RunTelemetry();
    const stopFollowing = followRun(
      run,
      (events) => telemetry.receive(events),
      () => {},
    );
    comparison.setState({ runs: [...runs, { run, telemetry, stopFollowing }] });
  }
  if (!wanted && found !== undefined) {
    found.stopFollowing();
    comparison.setState({ runs: runs.filter((compared) => compared !== found) });
  }
}

export function compareNothing(): void {
  for (const { stopFollowing } of comparison.getState().runs) stopFollowing();
  comparison.setState({ runs: [] });
}
