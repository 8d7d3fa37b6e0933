import { ApiError, messageOf } from "../api/error";
import { graphStore } from "../graph/graph-store";
import { refreshRuns } from "../net/queries";
import * as requests from "../net/requests";
import type { RunRecord, RunState } from "../net/types";
import { notify } from "../ui/toast";
import { saveNow } from "../workspace/graph-session";
import { isLive } from "./run-state";
import { currentState, openDock, runSession, showNothing, showRun } from "./session";

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
