import ReconnectingWebSocket, { CloseEvent as OwnCloseEvent } from "partysocket/ws";
import type { EventsPage, LoggedEvent } from "./types";

export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "live" }
  /** `retryAt` is when the next attempt starts, in milliseconds since 1970. */
  | { readonly state: "reconnecting"; readonly retryAt: number }
  | { readonly state: "closed"; readonly why: "ended" | "unknown run" | "left" };

export interface RunSocketOptions {
  readonly url: (after: number) => string;
  /** A page of the same log over REST, for what is long past. */
  readonly page: (after: number, signal: AbortSignal) => Promise<EventsPage>;
  readonly onEvents: (events: readonly LoggedEvent[]) => void;
  readonly onConnection: (connection: Connection) => void;
  /** Test seam: the browser's WebSocket. */
  readonly WebSocket?: unknown;
}

const FIRST_DELAY = 500;
const GROWTH = 2;
const LONGEST_DELAY = 10_000;
/** Pages over REST are cheaper than frames when this many events are missing. */
const FAR_BEHIND = 2_000;
const RUN_ENDED = 1000;
const UNKNOWN_RUN = 4404;

/**
 * Follows a run's log from `after` + 1 on. Every event arrives once, in order, whatever the network does: the next
 * connection asks for what follows the last event that was seen, and anything seen before is dropped.
 */
export class RunSocket {
  private last = 0;
  private socket: ReconnectingWebSocket | null = null;
  private readonly aborted = new AbortController();
  private connection: Connection = { state: "connecting" };

  constructor(private readonly options: RunSocketOptions) {}

  /** `lastSeq` is how far the log is known to reach. */
  async open(lastSeq = 0): Promise<void> {
    this.say({ state: "connecting" });
    if (lastSeq - this.last > FAR_BEHIND) await this.backfill();
    if (!this.aborted.signal.aborted) this.connect();
  }

  close(): void {
    this.aborted.abort();
    this.socket?.close();
    this.say({ state: "closed", why: "left" });
  }

  private async backfill(): Promise<void> {
    try {
      let page: EventsPage;
      do {
        page = await this.options.page(this.last, this.aborted.signal);
        this.receive(page.events);
      } while (page.more && !this.aborted.signal.aborted);
    } catch {
      // The socket sends the rest, and says so if the server is gone.
    }
  }

  private connect(): void {
    const socket = new ReconnectingWebSocket(() => this.options.url(this.last), [], {
      minReconnectionDelay: FIRST_DELAY,
      reconnectionDelayGrowFactor: GROWTH,
      maxReconnectionDelay: LONGEST_DELAY,
      minUptime: 2_000,
      shouldReconnectOnClose: (event) => !this.isOver(event),
      ...(this.options.WebSocket === undefined ? {} : { WebSocket: this.options.WebSocket }),
    });
    this.socket = socket;
    socket.addEventListener("open", () => this.say({ state: "live" }));
    socket.addEventListener("message", (message) => this.onMessage(message.data));
    socket.addEventListener("close", () => {
      if (this.connection.state !== "closed") {
        this.say({ state: "reconnecting", retryAt: Date.now() + delayBefore(socket.retryCount) });
      }
    });
  }

  private isOver(event: { readonly code: number }): boolean {
    // The library reports a failed attempt as its own close event of code 1000: that is no goodbye from the server.
    if (event instanceof OwnCloseEvent) return false;
    if (event.code === RUN_ENDED) this.say({ state: "closed", why: "ended" });
    if (event.code === UNKNOWN_RUN) this.say({ state: "closed", why: "unknown run" });
    return event.code === RUN_ENDED || event.code === UNKNOWN_RUN;
  }

  private onMessage(data: unknown): void {
    if (typeof data !== "string") return;
    const { events } = JSON.parse(data) as { readonly events: readonly LoggedEvent[] };
    const first = events[0];
    if (first !== undefined && first.seq > this.last + 1) {
      // A hole would stay a hole in every curve: ask again for what follows the last event seen.
      this.socket?.reconnect();
      return;
    }
    this.receive(events);
  }

  private receive(events: readonly LoggedEvent[]): void {
    const fresh = events.filter(({ seq }) => seq > this.last);
    const newest = fresh.at(-1);
    if (newest === undefined || this.aborted.signal.aborted) return;
    this.last = newest.seq;
    this.options.onEvents(fresh);
  }

  private say(connection: Connection): void {
    if (this.connection.state === "closed") return;
    this.connection = connection;
    this.options.onConnection(connection);
  }
}

function delayBefore(attempt: number): number {
  return attempt <= 0 ? 0 : Math.min(FIRST_DELAY * GROWTH ** (attempt - 1), LONGEST_DELAY);
}
