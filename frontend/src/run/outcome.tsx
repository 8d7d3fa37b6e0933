import { formatCount } from "../telemetry/format";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import styles from "./outcome.module.css";
import { openDock, train } from "./session";
import { TrainedThen } from "./trained-then";
import { useFacts, useRunSession, useRunState } from "./use-run";

/** What a person has to know about how the run went: why it failed, and that it diverged, with what to do. */
export function Outcome() {
  const facts = useFacts();
  const state = useRunState();
  const recorded = useRunSession((session) => session.run?.reason ?? "");
  if (facts === null) return null;
  const reason = facts.reason || recorded;
  return (
    <div className={styles.outcome}>
      <TrainedThen />
      {(state === "failed" || state === "interrupted") && (
        <Banner
          tone="danger"
          data-testid="run-failure"
          title={state === "failed" ? "The training failed" : "The training was interrupted"}
          actions={
            <>
              <Button size="sm" onClick={() => openDock("log")}>
                Show the log
              </Button>
              <Button size="sm" variant="primary" onClick={() => void train()}>
                Train again
              </Button>
            </>
          }
        >
          {reason || "No reason was recorded. The server's own output may say more."}
        </Banner>
      )}
      {facts.divergedAt !== null && (
        <Banner
          tone="warning"
          data-testid="run-diverged"
          title={`The loss stopped being a number at step ${formatCount(facts.divergedAt)}`}
        >
          The steps were too large. Lower the learning rate to a tenth and train again; if it happens at once,
          look for a division by zero or the logarithm of zero.
        </Banner>
      )}
      {state === "paused" && reason !== "" && <Banner title="Paused">{reason}</Banner>}
    </div>
  );
}
