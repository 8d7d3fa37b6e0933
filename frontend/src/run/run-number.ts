import { useRuns } from "../net/queries";
import type { RunRecord } from "../net/types";

/** Runs of a graph are counted from 1, the oldest; null while that is not known. */
export function runNumber(runs: readonly RunRecord[], run: RunRecord | null): number | null {
  const place = runs.findIndex(({ id }) => id === run?.id);
  return place < 0 ? null : runs.length - place;
}

export function useRunNumber(run: RunRecord): number | null {
  const { data = [] } = useRuns(run.graph_id);
  return runNumber(data, run);
}
