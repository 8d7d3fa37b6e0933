import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import type { NamedRun } from "../charts/compared-curves";
import { useGraph } from "../graph/graph-store";
import { useRuns } from "../net/queries";
import type { RunRecord } from "../net/types";
import type { RunTelemetry } from "../telemetry/run-telemetry";
import { comparison } from "./comparison";
import { runNumber } from "./run-number";
import { useRunSession } from "./use-run";

/**
 * The run that is shown and those that are compared with it. `names` says which curves they have: it changes when a run
 * comes or goes, or has told what it measures.
 */
export function useNamedRuns(shown: RunTelemetry): {
  readonly runs: readonly NamedRun[];
  readonly names: string;
} {
  const compared = useStore(comparison, (state) => state.runs);
  const record = useRunSession(({ run }) => run);
  const { data: records } = useRuns(useGraph(({ graphId }) => graphId));
  const runs = useMemo(() => {
    const nameOf = (run: RunRecord | null) => `run ${runNumber(records ?? [], run) ?? ""}`.trim();
    const others = compared.filter(({ run }) => run.id !== record?.id);
    return [
      { name: nameOf(record), run: shown },
      ...others.map(({ run, telemetry }) => ({ name: nameOf(run), run: telemetry })),
    ];
  }, [compared, record, records, shown]);
  const subscribe = useCallback(
    (listener: () => void) => {
      const leave = runs.map(({ run }) => run.subscribe(listener));
      return () => {
        for (const stop of leave) stop();
      };
    },
    [runs],
  );
  const names = useSyncExternalStore(subscribe, () => runs.map(curveNames).join("\n"));
  return { runs, names };
}

function curveNames({ name, run: { facts } }: NamedRun): string {
  return [name, ...facts.optimizers, ...facts.metrics].join("\t");
}
