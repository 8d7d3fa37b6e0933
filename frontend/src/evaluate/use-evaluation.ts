import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { evaluateRun } from "../net/requests";
import type { EvaluationRequest } from "../net/types";
import { useHasWeights, useRunSession } from "../run/use-run";
import type { RunTelemetry } from "../telemetry/run-telemetry";

/** What the person gave, with a number that grows with every change: cheaper to compare than the contents. */
export interface Given {
  readonly version: number;
  readonly request: EvaluationRequest;
}

/** Every Output for the given inputs, again and again while the weights change. */
export function useEvaluation(runId: string, given: Given) {
  const telemetry = useRunSession((session) => session.telemetry);
  const weights = useWeightsVersion(telemetry);
  const hasWeights = useHasWeights();
  return useQuery({
    queryKey: ["evaluation", runId, given.version, weights],
    queryFn: ({ signal }) => evaluateRun(runId, given.request, signal),
    enabled: hasWeights,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
}

// Each look at a live run makes it save its weights.
const REFRESH_MS = 2_000;

/** Changes when there are newer weights, but not more often than a person can follow. */
function useWeightsVersion(telemetry: RunTelemetry | null): string {
  const [version, setVersion] = useState("");
  useEffect(() => {
    if (telemetry === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      timer = undefined;
      setVersion(`${telemetry.facts.state} ${telemetry.facts.step}`);
    };
    look();
    const unsubscribe = telemetry.subscribe(() => {
      timer ??= setTimeout(look, REFRESH_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [telemetry]);
  return version;
}
