// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { emptyDocument } from "../graph/document";
import { graphStore, openGraph, transact } from "../graph/graph-store";
import type { RunEvent, RunRecord, RunState } from "../net/types";
import { layoutStore, setPanel } from "../workspace/layout-store";
import { currentState, runSession, watchOpenGraph } from "./session";
import { reset, step, train } from "./steering";

const RUN: RunRecord = {
  id: "run-1",
  state: "queued",
  reason: "",
  graph_id: "graph-1",
  name: "A graph",
  backend: null,
  device: null,
  step: 0,
  start_from: null,
  queue_position: null,
  total_steps: 100,
  last_seq: 0,
  created_at: "2026-01-01T00:00:00Z",
  started_at: null,
  ended_at: null,
  training: emptyDocument().training,
};

/** The server's end of the network: answers requests, and sends events down the newest socket. */
class Server {
  readonly asked: string[] = [];
  runs: RunRecord[] = [];
  refusal: object | null = null;
  private socket: FakeSocket | null = null;
  private seq = 0;

  constructor() {
    const server = this;
    vi.stubGlobal("fetch", async (request: Request) => this.answer(request));
    vi.stubGlobal(
      "WebSocket",
      class extends FakeSocket {
        constructor(url: string) {
          super(url);
          server.socket = this;
        }
      },
    );
  }

  private answer({ method, url }: Request): Response {
    const { pathname } = new URL(url);
    this.asked.push(`${method} ${pathname}`);
    if (method === "GET" && pathname === "/api/runs") return Response.json(this.runs);
    if (pathname === "/api/runs" && this.refusal !== null)
      return Response.json(this.refusal, { status: 422 });
    return Response.json(RUN, { status: method === "POST" && pathname === "/api/runs" ? 201 : 200 });
  }

  async connected(url: string): Promise<void> {
    await vi.waitFor(() => expect(this.socket?.url).toContain(url));
  }

  send(event: RunEvent): void {
    this.seq += 1;
    const data = JSON.stringify({ events: [{ seq: this.seq, event }] });
    this.socket?.dispatchEvent(new MessageEvent("message", { data }));
  }

  become(state: RunState): void {
    this.send({ type: "state", time: 0, state, reason: "" });
  }
}

class FakeSocket extends EventTarget {
  readyState = 1;
  binaryType = "blob";

  constructor(readonly url: string) {
    super();
  }

  send() {}

  close() {
    this.readyState = 3;
  }
}

let server: Server;
let stop: () => void = () => {};

beforeEach(() => {
  server = new Server();
  setPanel("dock", { open: false });
});

afterEach(() => {
  stop();
  vi.unstubAllGlobals();
  graphStore.setState({ graphId: null });
});

async function open(): Promise<void> {
  openGraph({ id: "graph-1", revision: 1, graph: emptyDocument("A graph") });
  stop = watchOpenGraph();
  await vi.waitFor(() => expect(server.asked).toContain("GET /api/runs"));
}

describe("the run of the open graph", () => {
  it("starts when Train is pressed, and the dock opens on it", async () => {
    await open();
    expect(currentState()).toBeNull();
    await train();
    await server.connected("/api/runs/run-1/events?after=0");
    expect(currentState()).toBe("queued");
    expect(layoutStore.getState().panels.dock.open).toBe(true);
    server.become("starting");
    server.become("running");
    expect(currentState()).toBe("running");
  });

  it("is found again after a reload: the live one, not the newest", async () => {
    server.runs = [
      { ...RUN, id: "newest", state: "failed" },
      { ...RUN, id: "live", state: "paused", last_seq: 40 },
    ];
    await open();
    await server.connected("/api/runs/live/events?after=0");
    expect(currentState()).toBe("paused");
    server.become("running");
    expect(currentState(), "what is replayed is past").toBe("paused");
  });

  it("is refused with problems, which go away when the graph changes", async () => {
    const problem = {
      code: "no_gradient",
      message: "Nothing to train.",
      remedy: "Use a Parameter.",
      node: "a",
    };
    server.refusal = { error: { code: "invalid_graph", message: "Nothing to train.", problems: [problem] } };
    await open();
    await train();
    expect(runSession.getState().refusal?.problems).toEqual([problem]);
    expect(runSession.getState().tab).toBe("problems");
    expect(layoutStore.getState().panels.dock.open).toBe(true);
    transact("Rename", (draft) => {
      draft.name = "Mended";
    });
    expect(runSession.getState().refusal).toBeNull();
  });

  it("makes its first step alone: it is held before it moves, then stepped", async () => {
    await open();
    const stepped = step();
    await server.connected("/api/runs/run-1/events");
    server.become("starting");
    await vi.waitFor(() => expect(server.asked).toContain("POST /api/runs/run-1/pause"));
    expect(server.asked).not.toContain("POST /api/runs/run-1/step");
    server.become("paused");
    await stepped;
    expect(server.asked.at(-1)).toBe("POST /api/runs/run-1/step");
  });

  it("steps a live run with one request", async () => {
    server.runs = [{ ...RUN, state: "paused" }];
    await open();
    await server.connected("/api/runs/run-1/events");
    await step();
    expect(server.asked.filter((request) => request.startsWith("POST"))).toEqual([
      "POST /api/runs/run-1/step",
    ]);
  });

  it("is stopped and cleared by Reset", async () => {
    server.runs = [{ ...RUN, state: "running" }];
    await open();
    await server.connected("/api/runs/run-1/events");
    await reset();
    expect(server.asked).toContain("POST /api/runs/run-1/stop");
    expect(runSession.getState()).toMatchObject({ run: null, telemetry: null, graphId: "graph-1" });
  });
});
