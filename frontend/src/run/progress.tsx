import type { ReactNode } from "react";
import { formatBytes } from "../graph/describe";
import type { RunState } from "../net/types";
import { formatCount, formatDuration, formatRate } from "../telemetry/format";
import { bytesOf, describeMemory } from "../telemetry/memory";
import { type RunFacts, samplesPerSecond } from "../telemetry/run-facts";
import { ProgressBar } from "../ui/progress-bar";
import { Tooltip } from "../ui/tooltip";
import styles from "./progress.module.css";
import { isLive } from "./run-state";
import { useFacts, useRunState } from "./use-run";

/** How far the run has come, how fast it goes, and how long it will take. */
export function Progress() {
  const facts = useFacts();
  const state = useRunState();
  if (facts === null || state === null) return null;
  const { step, totalSteps, compiling } = facts;
  const waits = state === "queued" || state === "starting";
  const [done, total] = waits ? [compiling?.done ?? 0, compiling?.total ?? null] : [step, totalSteps];
  return (
    <div className={styles.progress}>
      <div className={styles.bar}>
        <ProgressBar
          label="Progress of the training"
          value={total === null ? (isLive(state) ? null : 0) : done / Math.max(1, total)}
          tone={
            state === "failed" || state === "interrupted"
              ? "danger"
              : state === "completed"
                ? "success"
                : "accent"
          }
        />
      </div>
      <dl className={styles.figures}>
        {waits ? (
          <Figure name="State">{state === "queued" ? "waiting for its turn" : inWords(compiling)}</Figure>
        ) : (
          <Figures facts={facts} state={state} />
        )}
      </dl>
    </div>
  );
}

/** Not every backend tells how far it is. */
function inWords(compiling: RunFacts["compiling"]): string {
  return compiling === null ? "compiling the graph" : `compiling ${compiling.done}/${compiling.total}`;
}

function Figures({ facts, state }: { facts: RunFacts; state: RunState }) {
  const {
    step,
    totalSteps,
    stepsPerEpoch,
    epoch,
    stepsPerSecond,
    secondsLeft,
    parameters,
    memory,
    compiling,
  } = facts;
  const samples = samplesPerSecond(facts);
  // In a pause, the speed of what was before says nothing.
  const moves = state !== "paused";
  return (
    <>
      <Figure name="Step">
        {formatCount(step)}
        {totalSteps !== null && ` of ${formatCount(totalSteps)}`}
      </Figure>
      {stepsPerEpoch !== null && (
        <Figure name="Epoch">
          {Math.max(epoch, Math.ceil(step / stepsPerEpoch))}
          {totalSteps !== null && ` of ${Math.ceil(totalSteps / stepsPerEpoch)}`}
        </Figure>
      )}
      {moves && samples !== null && <Figure name="Samples a second">{formatRate(samples)}</Figure>}
      {moves && stepsPerSecond !== null && (
        <Figure name="Steps a second" extra={stepsPerEpoch !== null}>
          {formatRate(stepsPerSecond)}
        </Figure>
      )}
      {compiling !== null && (
        <Figure name="Compiling">
          {compiling.done}/{compiling.total}
        </Figure>
      )}
      {state === "running" && secondsLeft !== null && (
        <Figure name="Left">{formatDuration(secondsLeft)}</Figure>
      )}
      {parameters !== null && (
        <Figure name="Parameters" extra>
          {formatCount(parameters)}
        </Figure>
      )}
      {memory !== null && (
        <Tooltip content={describeMemory(memory)} side="top">
          <Figure name="Memory" extra>
            {formatBytes(bytesOf(memory))}
          </Figure>
        </Tooltip>
      )}
    </>
  );
}

function Figure({ name, extra, children, ...rest }: { name: string; extra?: boolean; children: ReactNode }) {
  return (
    // A tooltip around it gives its own properties.
    <div {...rest} className={styles.figure} data-extra={extra || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
