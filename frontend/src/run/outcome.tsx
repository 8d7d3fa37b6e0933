import { useRuns } from "../net/queries";
import type { RunState } from "../net/types";
import { formatCount } from "../telemetry/format";
import type { RunFacts } from "../telemetry/run-facts";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import { keptInWords } from "./kept-weights";
import { MessageText } from "./message-text";
import styles from "./outcome.module.css";
import { runNumber } from "./run-number";
import { canGoOn } from "./run-state";
import { openDock } from "./session";
import { goOn, train } from "./steering";
import { TrainedThen } from "./trained-then";
import { useFact, useFacts, useRunSession, useRunState } from "./use-run";

const DIVERGED =
  "The steps were too large. Lower the learning rate to a tenth and train again; if it happens at once, look for a division by zero or the logarithm of zero.";

/** What a person has to know about how the run went: which weights it kept, why it failed, that it diverged. */
export function Outcome() {
  const facts = useFacts();
  const state = useRunState();
  const recorded = useRunSession((session) => session.run?.reason ?? "");
  if (facts === null) return null;
  const reason = facts.reason || recorded;
  return (
    <div className={styles.outcome}>
      <TrainedThen />
      <StartedFrom />
      {canGoOn(state) && <Broken state={state} reason={reason} savedStep={facts.savedStep} />}
      {facts.divergedAt !== null && (
        <Banner
          tone="warning"
          data-testid="run-diverged"
          title={`The loss stopped being a number at step ${formatCount(facts.divergedAt)}`}
        >
          <MessageText>{facts.warning ?? DIVERGED}</MessageText>
        </Banner>
      )}
      {state === "paused" && reason !== "" && <Banner title="Paused">{reason}</Banner>}
      {facts.result !== null && (state === "completed" || state === "stopped") && (
        <KeptWeights result={facts.result} reason={state === "completed" ? reason : ""} />
      )}
    </div>
  );
}

interface BrokenProps {
  readonly state: RunState | null;
  readonly reason: string;
  readonly savedStep: number | null;
}

function Broken({ state, reason, savedStep }: BrokenProps) {
  const run = useRunSession((session) => session.run);
  return (
    <Banner
      tone="danger"
      data-testid="run-failure"
      title={state === "failed" ? "The training failed" : "The training was interrupted"}
      actions={
        <>
          <Button size="sm" onClick={() => openDock("log")}>
            Show the log
          </Button>
          <Button size="sm" onClick={() => void train()}>
            Train again
          </Button>
          {run !== null && savedStep !== null && (
            <Button size="sm" variant="primary" data-testid="continue-button" onClick={() => void goOn(run)}>
              {`Continue from step ${formatCount(savedStep)}`}
            </Button>
          )}
        </>
      }
    >
      <MessageText>{reason || "No reason was recorded. The server's own output may say more."}</MessageText>
    </Banner>
  );
}

/** Whose weights the run ended with, and why it ended before its time if it did. */
function KeptWeights({ result, reason }: { result: NonNullable<RunFacts["result"]>; reason: string }) {
  const words = reason || keptInWords(result);
  return words === null ? null : (
    <p className={styles.line} data-testid="run-outcome">
      {words}
    </p>
  );
}

/** What a run took from the weights of an earlier one. */
function StartedFrom() {
  const run = useRunSession((session) => session.run);
  const note = useFact((facts) => facts.note);
  const { data: runs = [] } = useRuns(run?.graph_id ?? null);
  if (run === null || run.start_from === null) return null;
  const number = runNumber(runs, runs.find(({ id }) => id === run.start_from) ?? null);
  const source = number === null ? "an earlier run" : `run ${number}`;
  return (
    <p className={styles.line} data-testid="started-from">
      It began with the weights of {source}. {note}
    </p>
  );
}
