import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Connection, RunSocket } from "./run-socket";
import type { EventsPage, LoggedEvent } from "./types";

function message(seq: number): LoggedEvent {
  return { seq, event: { type: "message", time: seq, level: "info", text: `line ${seq}` } };
}

/** A stand-in for the network's end of the browser's WebSocket. */
class Wire extends EventTarget {
  static readonly made: Wire[] = [];
  readyState = 0;
  binaryType = "blob";

  constructor(readonly url: string) {
    super();
    Wire.made.push(this);
  }

  accept() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  deliver(...seqs: number[]) {
    const data = JSON.stringify({ events: seqs.map(message) });
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  drop(code: number) {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason: "", wasClean: code === 1000 }));
  }

  fail() {
    this.dispatchEvent(Object.assign(new Event("error"), { message: "refused" }));
  }

  send() {}

  close() {
    this.readyState = 3;
  }
}

function follow(page?: (after: number) => EventsPage) {
  const seqs: number[] = [];
  const connections: Connection[] = [];
  const socket = new RunSocket({
    url: (after) => `ws://test/events?after=${after}`,
    page: async (after) => page?.(after) ?? { events: [], next_after: after, more: false },
    onEvents: (events) => seqs.push(...events.map(({ seq }) => seq)),
    onConnection: (connection) => connections.push(connection),
    WebSocket: Wire,
  });
  return { socket, seqs, connections, states: () => connections.map(({ state }) => state) };
}

async function newest(): Promise<Wire> {
  const before = Wire.made.length;
  for (let turn = 0; turn < 5 && Wire.made.length === before; turn++) await vi.advanceTimersByTimeAsync(0);
  return Wire.made.at(-1) as Wire;
}

beforeEach(() => {
  Wire.made.length = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("RunSocket", () => {
  it("asks for everything first and for what follows after a break", async () => {
    const { socket, seqs, states } = follow();
    await socket.open();
    const first = await newest();
    expect(first.url).toContain("after=0");
    first.accept();
    first.deliver(1, 2, 3);
    first.drop(1006);
    expect(states().at(-1)).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(600);
    const second = Wire.made.at(-1) as Wire;
    expect(second.url).toContain("after=3");
    second.accept();
    second.deliver(2, 3, 4, 5);
    expect(seqs).toEqual([1, 2, 3, 4, 5]);
    expect(states().at(-1)).toBe("live");
    socket.close();
  });

  it("keeps trying while nobody answers, and says when", async () => {
    const { socket, connections } = follow();
    await socket.open();
    (await newest()).fail();
    const waiting = connections.at(-1);
    expect(waiting?.state).toBe("reconnecting");
    expect(waiting?.state === "reconnecting" && waiting.retryAt).toBe(Date.now() + 500);
    await vi.advanceTimersByTimeAsync(600);
    expect(Wire.made).toHaveLength(2);
    socket.close();
  });

  it.each([
    [1000, "ended"],
    [4404, "unknown run"],
  ])("stays closed after code %i", async (code, why) => {
    const { socket, connections } = follow();
    await socket.open();
    const wire = await newest();
    wire.accept();
    wire.drop(code);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(Wire.made).toHaveLength(1);
    expect(connections.at(-1)).toEqual({ state: "closed", why });
    socket.close();
    expect(connections.at(-1)).toEqual({ state: "closed", why });
  });

  it("never passes on a hole", async () => {
    const { socket, seqs } = follow();
    await socket.open();
    const first = await newest();
    first.accept();
    first.deliver(1);
    first.deliver(3);
    await vi.advanceTimersByTimeAsync(600);
    const second = Wire.made.at(-1) as Wire;
    expect(second.url).toContain("after=1");
    second.accept();
    second.deliver(2, 3);
    expect(seqs).toEqual([1, 2, 3]);
    socket.close();
  });

  it("reads a long past over REST, page by page, before it goes live", async () => {
    const log = Array.from({ length: 5000 }, (_, place) => message(place + 1));
    const { socket, seqs } = follow((after) => ({
      events: log.slice(after, after + 2000),
      next_after: Math.min(after + 2000, 5000),
      more: after + 2000 < 5000,
    }));
    await socket.open(5000);
    expect((await newest()).url).toContain("after=5000");
    expect(seqs).toHaveLength(5000);
    expect(seqs.every((seq, place) => seq === place + 1)).toBe(true);
    socket.close();
  });

  it("passes nothing on after it was closed", async () => {
    const { socket, seqs } = follow();
    await socket.open();
    const wire = await newest();
    wire.accept();
    socket.close();
    wire.deliver(1);
    expect(seqs).toEqual([]);
  });
});
