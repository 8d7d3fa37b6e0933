import { createStore } from "zustand/vanilla";
import { ApiError, messageOf } from "../api/error";
import { type GraphState, graphStore } from "../graph/graph-store";
import type { Problem } from "../graph/types";
import { followRun } from "../net/event-stream";
import { refreshRuns } from "../net/queries";
import * as requests from "../net/requests";
import type { Connection } from "../net/run-socket";
import { hasEnded, type RunRecord, type RunState } from "../net/types";
import { RunTelemetry } from "../telemetry/run-telemetry";
import { notify } from "../ui/toast";
import { saveNow } from "../workspace/graph-session";
import { setPanel } from "../workspace/layout-store";
import { compareNothing } from "./comparison";

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

/**
 * The state that a run is in. The log says so first, but while a long past is still being replayed, what it says is
 * past too: until then the server's record holds.
 */
export function stateOf(run: RunRecord | null, seq: number, told: RunState | null): RunState | null {
  if (run === null) return null;
  return seq < run.last_seq ? run.state : (told ?? run.state);
}

export function currentState(): RunState | null {
  const { run, telemetry } = runSession.getState();
  return stateOf(run, telemetry?.facts.seq ?? 0, telemetry?.facts.state ?? null);
}

export function isLive(state: RunState | null): boolean {
  return state !== null && !hasEnded(state);
}

/** A live run has weights once it makes steps; an ended one if it left them on disk. */
export function hasWeights(state: RunState | null, savedStep: number | null): boolean {
  if (state === null || state === "queued" || state === "starting") return false;
  return state === "running" || state === "paused" || savedStep !== null;
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

function showNothing(): void {
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

/** Save the graph, and train it as it is drawn now; `from` is a run whose weights it begins with where they fit. */
export async function train(from: RunRecord | null = null): Promise<void> {
  const run = await create(from);
  if (run === null) return;
  showRun(run);
  openDock("curves");
}

/** As `train`, but for after the run that is shown, which stays in sight. */
export async function queue(from: RunRecord | null = null): Promise<void> {
  const run = await create(from);
  if (run === null) return;
  notify({
    tone: "success",
    title: "Another run is queued",
    description:
      "It trains the graph as it is drawn now, once it is its turn. Under Runs you can order those that wait.",
    action: { label: "Show it", onSelect: () => showRun(run) },
  });
}

async function create(from: RunRecord | null = null): Promise<RunRecord | null> {
  return during("Starting", async () => {
    await saveNow();
    const { whole, graphId } = graphStore.getState();
    try {
      const run = await requests.createRun(whole, graphId, from?.id ?? null);
      void refreshRuns();
      return run;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 422) throw error;
      runSession.setState({ refusal: { message: error.message, problems: error.problems } });
      openDock("problems");
      return null;
    }
  });
}

export const pause = () => command("Pausing", requests.pauseRun);
export const resume = () => command("Resuming", requests.resumeRun);
export const stop = () => command("Stopping", requests.stopRun);

/** One step of the live run; without one, a new run that holds before its first step and then makes it. */
export async function step(): Promise<void> {
  if (isLive(currentState())) return command("Making one step", requests.stepRun);
  const run = await create();
  if (run === null) return;
  showRun(run);
  openDock("curves");
  await during("Making one step", async () => {
    await reaches(run.id, (state) => state !== "queued");
    if (currentState() === "starting") await requests.pauseRun(run.id);
    await reaches(run.id, (state) => state !== "starting");
    if (isLive(currentState())) await requests.stepRun(run.id);
  });
}

/** Let an interrupted or failed run go on from its last checkpoint. */
export async function goOn(run: RunRecord): Promise<void> {
  await during("Continuing", async () => {
    showRun(await requests.continueRun(run.id));
    openDock("curves");
    void refreshRuns();
  });
}

/** Whether a run can be told to go on where it was. */
export function canGoOn(state: RunState | null): boolean {
  return state === "interrupted" || state === "failed";
}

/** Give a waiting run another place in the queue; 1 is next. */
export async function moveInQueue(run: RunRecord, position: number): Promise<void> {
  await during("Moving the run", () => requests.moveRun(run.id, position));
  await refreshRuns();
}

/** Take a run out that still waits, or end it and keep its weights. */
export async function stopRun(run: RunRecord): Promise<void> {
  if (run.id === runSession.getState().run?.id) await stop();
  else await during("Stopping", () => requests.stopRun(run.id));
  await refreshRuns();
}

/** Back to the start: stop what is live and clear the curves. The run stays in the list. */
export async function reset(): Promise<void> {
  if (isLive(currentState())) await stop();
  showNothing();
}

export async function changeLearningRate(optimizer: string, value: number): Promise<void> {
  await command("Changing the learning rate", (id) => requests.setLearningRate(id, optimizer, value));
}

/** The server looks into no more at a time. */
export const MOST_PROBED = 16;

/** Look into these nodes of the live run from now on, by path; into none if there are none. */
export async function probe(nodes: readonly string[]): Promise<void> {
  const probed = nodes.slice(0, MOST_PROBED);
  await command("Looking into nodes", async (id) => {
    const run = await requests.probeRun(id, probed);
    runSession.setState({ probed });
    return run;
  });
}

async function command(words: string, send: (id: string) => Promise<RunRecord>): Promise<void> {
  const { run } = runSession.getState();
  if (run === null) return;
  await during(words, async () => {
    const answer = await send(run.id);
    if (runSession.getState().run?.id === run.id) runSession.setState({ run: answer });
  });
}

/** Say what is under way; a failure is said in words and ends there. */
async function during<Result>(words: string, work: () => Promise<Result>): Promise<Result | null> {
  runSession.setState({ busy: words });
  try {
    return await work();
  } catch (error) {
    notify({ tone: "danger", title: `${words} did not work`, description: messageOf(error) });
    return null;
  } finally {
    runSession.setState({ busy: null });
  }
}

const PATIENCE_MS = 60_000;

/** Wait until the run that is shown is in a state that `wanted` accepts. */
function reaches(id: string, wanted: (state: RunState) => boolean): Promise<void> {
  const { telemetry, run } = runSession.getState();
  if (telemetry === null || run?.id !== id) return Promise.reject(new Error("Another run is shown now."));
  return new Promise((resolve, reject) => {
    const look = () => {
      const state = telemetry.facts.state ?? run.state;
      if (!wanted(state)) return;
      finish();
      resolve();
    };
    const unsubscribe = telemetry.subscribe(look);
    const timer = setTimeout(() => {
      finish();
      reject(new Error("The run did not start in a minute."));
    }, PATIENCE_MS);
    const finish = () => {
      unsubscribe();
      clearTimeout(timer);
    };
    look();
  });
}
