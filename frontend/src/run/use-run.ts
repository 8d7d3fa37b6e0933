import { useEffect, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useGraph } from "../graph/graph-store";
import { useRuns } from "../net/queries";
import type { RunState } from "../net/types";
import type { RunFacts } from "../telemetry/run-facts";
import type { RunTelemetry } from "../telemetry/run-telemetry";
import { hasWeights, stateOf } from "./run-state";
import { type RunSession, runSession, watchOpenGraph } from "./session";

export function useRunSession<T>(select: (session: RunSession) => T): T {
  return useStore(runSession, select);
}

/** For everything that shows the open graph's run: keeps the session on that graph while it is mounted. */
export function useWatchedGraph(): void {
  useEffect(watchOpenGraph, []);
}

const never = () => () => {};

/** The run's facts, at most once a frame. Null while no run is shown. */
export function useFacts(): RunFacts | null {
  const telemetry = useRunSession((session) => session.telemetry);
  return useSyncExternalStore(telemetry?.subscribe ?? never, () => telemetry?.facts ?? null);
}

/** One of the run's facts; the component is drawn again only when that one changes. */
export function useFact<T extends string | number | boolean | object | null>(
  select: (facts: RunFacts) => T,
): T | null {
  const telemetry = useRunSession((session) => session.telemetry);
  return useSyncExternalStore(telemetry?.subscribe ?? never, () =>
    telemetry === null ? null : select(telemetry.facts),
  );
}

export function useRunState(): RunState | null {
  const run = useRunSession((session) => session.run);
  return useFact((facts) => stateOf(run, facts.seq, facts.state));
}

/** For long lists inside the telemetry: a number that grows with every batch of events. */
export function useVersion(telemetry: RunTelemetry): number {
  return useSyncExternalStore(telemetry.subscribe, () => telemetry.version);
}

/** Whether the run that is shown can be evaluated and downloaded. */
export function useHasWeights(): boolean {
  const state = useRunState();
  const savedStep = useFact((facts) => facts.savedStep);
  return hasWeights(state, savedStep);
}

/** Whether the open graph was trained before, even if none of its runs is shown. */
export function useHasRuns(): boolean {
  const { data = [] } = useRuns(useGraph(({ graphId }) => graphId));
  return data.length > 0;
}

/** Where the run that is shown stands in the queue: 1 is next; null if it does not wait, or it is not known. */
export function useQueuePlace(): number | null {
  const id = useRunSession(({ run }) => run?.id);
  const { data = [] } = useRuns(useGraph(({ graphId }) => graphId));
  return data.find((run) => run.id === id)?.queue_position ?? null;
}
