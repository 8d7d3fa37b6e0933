import { ArrowDown, ArrowUp, History, Play, Trash2, X } from "lucide-react";
import { useState } from "react";
import { useStore } from "zustand";
import { messageOf } from "../api/error";
import { useGraph } from "../graph/graph-store";
import { refreshRuns, useRuns } from "../net/queries";
import { deleteRun } from "../net/requests";
import { hasEnded, type RunRecord } from "../net/types";
import { formatAgo, formatCount } from "../telemetry/format";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/dialog";
import { IconButton } from "../ui/icon-button";
import { Popover } from "../ui/popover";
import { notify } from "../ui/toast";
import { Tooltip } from "../ui/tooltip";
import { comparison, MOST_COMPARED, setCompared } from "./comparison";
import { stateInWords } from "./queue-place";
import { runNumber } from "./run-number";
import styles from "./run-picker.module.css";
import { canGoOn, isLive } from "./run-state";
import { runSession, showRun } from "./session";
import { goOn, moveInQueue, reset, stopRun } from "./steering";

const LISTED = 50;

/** Which run is shown and which are compared with it; the order of those that wait. */
export function RunPicker({ shown }: { shown: RunRecord | null }) {
  const graphId = useGraph((state) => state.graphId);
  const { data: runs = [] } = useRuns(graphId);
  const [doomed, setDoomed] = useState<RunRecord | null>(null);
  if (runs.length === 0) return null;
  const number = runNumber(runs, shown);
  const waiting = runs.filter(({ queue_position: place }) => place !== null).length;
  return (
    <>
      <Popover
        align="end"
        side="top"
        label="Runs of this graph"
        onOpenChange={(open) => open && void refreshRuns()}
        trigger={
          <Button size="sm" variant="quiet" icon={History} data-testid="run-picker">
            {number === null ? "Runs" : `Run ${number}`}
            {waiting > 0 && ` (${waiting} waiting)`}
          </Button>
        }
      >
        <p className={styles.hint}>Tick runs to draw their curves beside those of the one that is shown.</p>
        <ul className={styles.list} data-testid="run-list">
          {runs.slice(0, LISTED).map((run) => (
            <RunRow key={run.id} run={run} runs={runs} isShown={run.id === shown?.id} onDelete={setDoomed} />
          ))}
        </ul>
      </Popover>
      <ConfirmDialog
        open={doomed !== null}
        onOpenChange={(open) => !open && setDoomed(null)}
        title={`Delete run ${runNumber(runs, doomed) ?? ""}?`}
        confirmLabel="Delete"
        destructive
        onConfirm={() => doomed !== null && void remove(doomed)}
      >
        Its curves, its log and its weights will be gone. This cannot be undone.
      </ConfirmDialog>
    </>
  );
}

interface RunRowProps {
  readonly run: RunRecord;
  readonly runs: readonly RunRecord[];
  readonly isShown: boolean;
  readonly onDelete: (run: RunRecord) => void;
}

function RunRow({ run, runs, isShown, onDelete }: RunRowProps) {
  const number = runNumber(runs, run) ?? 0;
  return (
    <li className={styles.row} data-shown={isShown || undefined} data-testid={`run-${number}`}>
      <CompareBox run={run} number={number} isShown={isShown} />
      <button
        type="button"
        className={styles.run}
        aria-current={isShown || undefined}
        onClick={() => {
          setCompared(run, false);
          showRun(run);
        }}
      >
        <span className={styles.name}>
          Run {number}, <span data-testid={`run-${number}-state`}>{stateInWords(run)}</span>
        </span>
        <span className={styles.detail}>{detailsOf(run, runs)}</span>
      </button>
      <span className={styles.tools}>
        {run.state === "queued" && <QueueTools run={run} number={number} />}
        {canGoOn(run.state) && (
          <IconButton
            icon={Play}
            size="sm"
            label={`Continue run ${number} where it was`}
            data-testid={`run-${number}-continue`}
            onClick={() => void goOn(run)}
          />
        )}
        {hasEnded(run.state) && (
          <IconButton icon={Trash2} size="sm" label={`Delete run ${number}`} onClick={() => onDelete(run)} />
        )}
      </span>
    </li>
  );
}

function CompareBox({ run, number, isShown }: { run: RunRecord; number: number; isShown: boolean }) {
  const compared = useStore(comparison, ({ runs }) => runs.some((other) => other.run.id === run.id));
  const isFull = useStore(comparison, ({ runs }) => runs.length >= MOST_COMPARED);
  const refuses = isFull && !compared && !isShown;
  const words = isShown
    ? "This run is shown"
    : refuses
      ? `No more than ${MOST_COMPARED} runs can be compared with the shown one`
      : "Compare with the shown run";
  return (
    <Tooltip content={words} side="left">
      <input
        type="checkbox"
        className={styles.box}
        aria-label={`Compare run ${number}`}
        data-testid={`run-${number}-compare`}
        checked={isShown || compared}
        disabled={isShown || refuses}
        onChange={({ target }) => setCompared(run, target.checked)}
      />
    </Tooltip>
  );
}

function QueueTools({ run, number }: { run: RunRecord; number: number }) {
  const place = run.queue_position ?? 1;
  return (
    <>
      <IconButton
        icon={ArrowUp}
        size="sm"
        label={`Let run ${number} begin earlier`}
        data-testid={`run-${number}-earlier`}
        disabledReason={place === 1 ? "it is next" : undefined}
        onClick={() => void moveInQueue(run, place - 1)}
      />
      <IconButton
        icon={ArrowDown}
        size="sm"
        label={`Let run ${number} begin later`}
        data-testid={`run-${number}-later`}
        onClick={() => void moveInQueue(run, place + 1)}
      />
      <IconButton
        icon={X}
        size="sm"
        label={`Take run ${number} out of the queue`}
        data-testid={`run-${number}-cancel`}
        onClick={() => void stopRun(run)}
      />
    </>
  );
}

function detailsOf(run: RunRecord, runs: readonly RunRecord[]): string {
  const details = [formatAgo(run.created_at)];
  if (run.step > 0 || !isLive(run.state)) details.push(`${formatCount(run.step)} steps`);
  const source = runs.find(({ id }) => id === run.start_from) ?? null;
  if (run.start_from !== null) {
    details.push(
      source === null ? "from earlier weights" : `from the weights of run ${runNumber(runs, source)}`,
    );
  }
  return details.join(", ");
}

async function remove(run: RunRecord): Promise<void> {
  try {
    await deleteRun(run.id);
    setCompared(run, false);
    if (runSession.getState().run?.id === run.id) await reset();
    await refreshRuns();
  } catch (error) {
    notify({ tone: "danger", title: "The run was not deleted", description: messageOf(error) });
  }
}
