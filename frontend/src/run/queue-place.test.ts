import { describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import type { RunRecord } from "../net/types";
import { stateInWords, waitInWords } from "./queue-place";

const RUN: RunRecord = {
  id: "run-1",
  state: "queued",
  reason: "",
  graph_id: null,
  name: "A graph",
  backend: null,
  device: null,
  step: 0,
  start_from: null,
  queue_position: 1,
  total_steps: null,
  last_seq: 1,
  created_at: "2026-01-01T00:00:00Z",
  started_at: null,
  ended_at: null,
  training: emptyDocument().training,
};

describe("a run's place in the queue", () => {
  it("is said as a person counts", () => {
    const said = [1, 2, 3, 4, 11, 22].map((queue_position) => stateInWords({ ...RUN, queue_position }));
    expect(said).toEqual([
      "queued, next",
      "queued, 2nd in line",
      "queued, 3rd in line",
      "queued, 4th in line",
      "queued, 11th in line",
      "queued, 22nd in line",
    ]);
  });

  it("is not said of a run that waits no more, or when it is not known", () => {
    expect(stateInWords({ ...RUN, state: "running", queue_position: null })).toBe("running");
    expect(stateInWords({ ...RUN, queue_position: null })).toBe("queued");
    expect(waitInWords(null)).toBe("Waiting for its turn");
  });

  it("tells how many runs come before", () => {
    expect(waitInWords(1)).toBe("Waiting for its turn: it is next");
    expect(waitInWords(2)).toBe("Waiting for its turn, after 1 other waiting run");
    expect(waitInWords(3)).toBe("Waiting for its turn, after 2 other waiting runs");
  });
});
