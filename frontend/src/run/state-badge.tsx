import type { RunState } from "../net/types";
import { Badge, type Tone } from "../ui/badge";
import { useHasRuns } from "./use-run";

const TONES: Readonly<Record<RunState, Tone>> = {
  queued: "neutral",
  starting: "accent",
  running: "accent",
  paused: "warning",
  completed: "success",
  stopped: "neutral",
  failed: "danger",
  interrupted: "danger",
};

export function StateBadge({ state, ...rest }: { state: RunState | null; "data-testid"?: string }) {
  if (state === null) return <NoRun {...rest} />;
  const moves = state === "running" || state === "starting" || state === "queued";
  return (
    <Badge {...rest} tone={TONES[state]} dot={moves ? "pulse" : true}>
      {state}
    </Badge>
  );
}

/** After a reset the graph still has its runs; they are just not shown. */
function NoRun(rest: { "data-testid"?: string }) {
  return <Badge {...rest}>{useHasRuns() ? "no run shown" : "not trained yet"}</Badge>;
}
