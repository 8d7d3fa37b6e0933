import { Pause, Play, RotateCcw, Settings2, Square, StepForward } from "lucide-react";
import { useGraph } from "../graph/graph-store";
import { selectNothing } from "../graph/selection-store";
import { useHealth } from "../net/queries";
import type { Health, RunState } from "../net/types";
import { formatCount } from "../telemetry/format";
import { Button } from "../ui/button";
import { IconButton } from "../ui/icon-button";
import { Tooltip } from "../ui/tooltip";
import { setPanel } from "../workspace/layout-store";
import { RateFinder } from "./rate-finder";
import styles from "./run-controls.module.css";
import { isLive } from "./run-state";
import { StateBadge } from "./state-badge";
import { pause, reset, resume, step, stop, train } from "./steering";
import { TrainMenu } from "./train-menu";
import { useFacts, useRunSession, useRunState, useWatchedGraph } from "./use-run";

/** Train, pause, step, stop, reset; where the run stands and on what it computes. For the top bar. */
export function RunControls() {
  useWatchedGraph();
  const state = useRunState();
  const busy = useRunSession((session) => session.busy);
  const hasGraph = useGraph(({ graphId }) => graphId !== null);
  const live = isLive(state);
  const wait = busy === null ? undefined : `${busy} …`;
  const notLive = live ? wait : "no training is under way";

  return (
    <div className={styles.controls} role="toolbar" aria-label="Training">
      <MainButton state={state} busy={busy} hasGraph={hasGraph} />
      <TrainMenu disabledReason={hasGraph ? wait : "no graph is open"} />
      <IconButton
        icon={StepForward}
        label="Train one step"
        shortcut="Mod+Shift+Enter"
        data-testid="step-button"
        disabledReason={hasGraph ? wait : "no graph is open"}
        onClick={() => void step()}
      />
      <IconButton
        icon={Square}
        label="Stop and keep the weights"
        shortcut="Mod+Alt+Enter"
        data-testid="stop-button"
        disabledReason={notLive}
        onClick={() => void stop()}
      />
      <IconButton
        icon={RotateCcw}
        label="Reset: stop, and clear the curves"
        data-testid="reset-button"
        disabledReason={state === null ? "there is nothing to clear" : wait}
        onClick={() => void reset()}
      />
      <IconButton
        icon={Settings2}
        label="How to train: data, length, batch, seed"
        data-testid="training-settings-button"
        onClick={showTrainingSettings}
      />
      <span className={styles.status}>
        <StateBadge state={state} data-testid="run-state" />
        <StepCount />
        <Device />
      </span>
      <RateFinder />
    </div>
  );
}

/** They belong to the graph, whose settings the inspector shows when nothing is selected. */
function showTrainingSettings(): void {
  selectNothing();
  setPanel("inspector", { open: true });
}

function MainButton({
  state,
  busy,
  hasGraph,
}: {
  state: RunState | null;
  busy: string | null;
  hasGraph: boolean;
}) {
  const reason = hasGraph ? (busy === null ? undefined : `${busy} …`) : "No graph is open.";
  if (state === "running" || state === "starting") {
    return (
      <Tooltip content="Hold after this step" shortcut="Mod+Enter">
        <Button
          className={styles.main}
          icon={Pause}
          disabledReason={reason}
          data-testid="pause-button"
          onClick={() => void pause()}
        >
          Pause
        </Button>
      </Tooltip>
    );
  }
  const paused = state === "paused";
  return (
    <Tooltip content={paused ? "Go on from here" : "Train the graph as it is drawn"} shortcut="Mod+Enter">
      <Button
        className={styles.main}
        variant="primary"
        icon={Play}
        disabledReason={state === "queued" ? "Waiting for its turn …" : reason}
        data-testid={paused ? "resume-button" : "train-button"}
        onClick={() => void (paused ? resume() : train())}
      >
        {paused ? "Resume" : "Train"}
      </Button>
    </Tooltip>
  );
}

function StepCount() {
  const facts = useFacts();
  const step = facts?.step ?? 0;
  const total = facts?.totalSteps ?? null;
  return (
    <span className={styles.step} hidden={facts === null}>
      <span className="visually-hidden">Step </span>
      <span data-testid="run-step">{step}</span>
      {total !== null && <span className={styles.total}> / {formatCount(total)}</span>}
    </span>
  );
}

/** Where it computes; before a run has said so, where it will. */
function Device() {
  const facts = useFacts();
  const recorded = useRunSession((session) => session.run);
  const wanted = useGraph(({ document }) => document.training.backend);
  const live = isLive(useRunState());
  const { data: health } = useHealth();
  const used = facts?.device ?? recorded?.device ?? null;
  const device = used ?? expectedDevice(health, wanted);
  if (device === null) return null;
  const backend = facts?.backend ?? recorded?.backend ?? wanted;
  const words = used === null ? "It will train on" : live ? "It is training on" : "It trained on";
  return (
    <Tooltip content={`${words} ${device}, with the ${backend} backend.`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its tooltip has to be reachable by keyboard. */}
      <span className={styles.device} tabIndex={0} data-testid="run-device">
        {device.split(",")[0]}
      </span>
    </Tooltip>
  );
}

function expectedDevice(health: Health | undefined, wanted: string): string | null {
  const usable = health?.backends.filter((backend) => backend.available) ?? [];
  const chosen = wanted === "auto" ? usable[0] : usable.find((backend) => backend.name === wanted);
  return chosen?.device ?? null;
}
