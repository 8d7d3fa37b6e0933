import { LOSSES_OF_AN_EVENT, listEvents } from "./requests";
import { type Connection, RunSocket } from "./run-socket";
import type { LoggedEvent } from "./types";

/** Follow a run's log on this page's server; returns what stops it. */
export function followRun(
  run: { readonly id: string; readonly last_seq: number },
  onEvents: (events: readonly LoggedEvent[]) => void,
  onConnection: (connection: Connection) => void,
): () => void {
  const socket = new RunSocket({
    url: (after) => socketAddress(`/api/runs/${run.id}/events?after=${after}&thin=${LOSSES_OF_AN_EVENT}`),
    page: (after, signal) => listEvents(run.id, after, signal),
    onEvents,
    onConnection,
  });
  void socket.open(run.last_seq);
  return () => socket.close();
}

function socketAddress(path: string): string {
  const address = new URL(path, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}
