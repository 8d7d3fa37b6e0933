import { Check, Download, History, RefreshCw, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { messageOf } from "../api/error";
import { useGraph } from "../graph/graph-store";
import { refreshRuns, useRuns } from "../net/queries";
import { deleteRun } from "../net/requests";
import type { Connection } from "../net/run-socket";
import { hasEnded, type RunRecord } from "../net/types";
import { formatAgo, formatCount } from "../telemetry/format";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { IconButton } from "../ui/icon-button";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu";
import { notify } from "../ui/toast";
import { downloadModel } from "./download-model";
import { runNumber } from "./run-number";
import { reset, showRun } from "./session";
import { useHasWeights, useRunSession } from "./use-run";

/** At the end of the dock's row of tabs: the connection, which run is shown, and taking the model away. */
export function DockActions() {
  const run = useRunSession((session) => session.run);
  const hasWeights = useHasWeights();
  return (
    <>
      <ConnectionBadge />
      <RunPicker shown={run} />
      {run !== null && (
        <IconButton
          icon={Download}
          size="sm"
          label="Download the trained model (safetensors)"
          tooltipSide="top"
          data-testid="download-model"
          disabledReason={hasWeights ? undefined : "this run has no weights"}
          onClick={() => downloadModel(run)}
        />
      )}
    </>
  );
}

function RunPicker({ shown }: { shown: RunRecord | null }) {
  const graphId = useGraph((state) => state.graphId);
  const { data: runs = [] } = useRuns(graphId);
  if (runs.length === 0) return null;
  const number = runNumber(runs, shown);
  return (
    <Menu
      align="end"
      side="top"
      label="Runs of this graph"
      onOpenChange={(open) => open && void refreshRuns()}
      trigger={
        <Button size="sm" variant="quiet" icon={History} data-testid="run-picker">
          {number === null ? "Runs" : `Run ${number}`}
        </Button>
      }
    >
      {runs.slice(0, 30).map((run) => (
        <MenuItem
          key={run.id}
          icon={run.id === shown?.id ? Check : undefined}
          onSelect={() => showRun(run)}
          detail={`${formatAgo(run.created_at)}, ${formatCount(run.step)} steps`}
        >
          Run {runNumber(runs, run)}, {run.state}
        </MenuItem>
      ))}
      {shown !== null && hasEnded(shown.state) && (
        <>
          <MenuSeparator />
          <MenuItem icon={Trash2} destructive onSelect={() => void remove(shown)}>
            Delete the shown run
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

async function remove(run: RunRecord): Promise<void> {
  try {
    await deleteRun(run.id);
    await reset();
    await refreshRuns();
  } catch (error) {
    notify({ tone: "danger", title: "The run was not deleted", description: messageOf(error) });
  }
}

/** Silent while all is well. */
function ConnectionBadge() {
  const connection = useRunSession((session) => session.connection);
  if (connection === null || connection.state === "live") return null;
  if (connection.state === "reconnecting") return <Retry connection={connection} />;
  if (connection.state === "connecting") return <Badge dot="pulse">connecting</Badge>;
  if (connection.why === "unknown run") return <Badge tone="danger">this run was deleted</Badge>;
  return null;
}

function Retry({ connection }: { connection: Extract<Connection, { state: "reconnecting" }> }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((connection.retryAt - now) / 1000));
  return (
    <Badge tone="warning" data-testid="connection">
      <RefreshCw aria-hidden size={11} />
      {seconds > 0 ? `no connection, next try in ${seconds} s` : "no connection, trying again"}
    </Badge>
  );
}
