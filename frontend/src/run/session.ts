import { createStore } from "zustand/vanilla";
import { messageOf } from "../api/error";
import { type GraphState, graphStore } from "../graph/graph-store";
import type { Problem } from "../graph/types";
import { followRun } from "../net/event-stream";
import { refreshRuns } from "../net/queries";
import * as requests from "../net/requests";
import type { Connection } from "../net/run-socket";
import type { RunRecord, RunState } from "../net/types";
import { RunTelemetry } from "../telemetry/run-telemetry";
import { notify } from "../ui/toast";
import { setPanel } from "../workspace/layout-store";
import { compareNothing } from "./comparison";
import { isLive, stateOf } from "./run-state";

/** Why the server would not train the graph. */
export interface Refusal {
  readonly message: string;
  readonly problems: readonly Problem[];
}

export type DockTab = "curves" | "confusion" | "watch" | "problems" | "log";

/** The run that the page shows for the open graph. What the run itself tells is in its telemetry. */
export interface RunSession {
  readonly graphId: string | null;
  /** As the server last described it; null when the graph was never trained. */
  readonly run: RunRecord | null;
  readonly telemetry: RunTelemetry | null;
  readonly connection: Connection | null;
  /** A request that is under way, in words: "Starting". */
  readonly busy: string | null;
  readonly refusal: Refusal | null;
  /** The nodes that this page asked the live run to look into, by path. */
  readonly probed: readonly string[];
  readonly tab: DockTab;
}

const NOTHING: RunSession = {
  graphId: null,
  run: null,
  telemetry: null,
  connection: null,
  busy: null,
  refusal: null,
  probed: [],
  tab: "curves",
};

export const runSession = createStore<RunSession>()(() => NOTHING);

let stopFollowing: (() => void) | null = null;

export function currentState(): RunState | null {
  const { run, telemetry } = runSession.getState();
  return stateOf(run, telemetry?.facts.seq ?? 0, telemetry?.facts.state ?? null);
}

/** Show a run: replay its log from the start, then stay with it. */
export function showRun(run: RunRecord): void {
  stopFollowing?.();
  const telemetry = new RunTelemetry();
  runSession.setState({ run, telemetry, connection: { state: "connecting" }, refusal: null, probed: [] });
  let state: RunState | null = run.state;
  stopFollowing = followRun(
    run,
    (events) => {
      telemetry.receive(events);
      const { state: told, seq } = telemetry.facts;
      if (told === state || stateOf(run, seq, told) !== told) return;
      state = told;
      void refreshRuns();
    },
    (connection) => {
      if (runSession.getState().telemetry === telemetry) runSession.setState({ connection });
    },
  );
}

export function showNothing(): void {
  stopFollowing?.();
  stopFollowing = null;
  runSession.setState({ run: null, telemetry: null, connection: null, refusal: null });
}

/** Find what the graph's newest run is and show it, a live one first: after a reload nothing is lost. */
async function attach(graphId: string | null): Promise<void> {
  showNothing();
  compareNothing();
  runSession.setState({ graphId, busy: null, tab: "curves" });
  if (graphId === null) return;
  try {
    const runs = await requests.listRuns(graphId);
    const newest = runs.find((run) => isLive(run.state)) ?? runs[0];
    const { graphId: present, run } = runSession.getState();
    if (newest !== undefined && present === graphId && run === null) showRun(newest);
  } catch (error) {
    notify({
      tone: "warning",
      title: "The runs of this graph could not be listed",
      description: messageOf(error),
    });
  }
}

let watchers = 0;
let stopWatching: (() => void) | null = null;

/** Keep the session on the graph that is open, as long as somebody is there to see it. */
export function watchOpenGraph(): () => void {
  watchers += 1;
  if (watchers === 1) {
    let { whole: refused } = graphStore.getState();
    const follow = ({ graphId, whole }: Pick<GraphState, "graphId" | "whole">) => {
      if (graphId !== runSession.getState().graphId) void attach(graphId);
      // What was refused is not what is drawn any more.
      if (whole !== refused && runSession.getState().refusal !== null) runSession.setState({ refusal: null });
      refused = whole;
    };
    stopWatching = graphStore.subscribe(follow);
    follow(graphStore.getState());
  }
  return () => {
    watchers -= 1;
    if (watchers > 0) return;
    stopWatching?.();
    showNothing();
    compareNothing();
    runSession.setState(NOTHING);
  };
}

export function openDock(tab: DockTab = "curves"): void {
  runSession.setState({ tab });
  setPanel("dock", { open: true });
}
