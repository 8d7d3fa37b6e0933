import { Download, RefreshCw } from "lucide-react";
import { useEffect, useState } from "react";
import type { Connection } from "../net/run-socket";
import { Badge } from "../ui/badge";
import { IconButton } from "../ui/icon-button";
import { downloadModel } from "./download-model";
import { RunPicker } from "./run-picker";
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
