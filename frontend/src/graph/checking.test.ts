import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/error";
import { type Ask, keepChecked } from "./checking";
import { emptyDocument } from "./document";
import { closeGraph, graphStore, openGraph, transact } from "./graph-store";
import { addNode, moveBy, setSetting } from "./operations";
import type { GraphDocument, Report } from "./types";

interface Question {
  readonly document: GraphDocument;
  readonly signal: AbortSignal;
  readonly answer: (report: Report) => void;
  readonly fail: (error: unknown) => void;
}

const reportOf = (parameters: number): Report => ({
  problems: [],
  nodes: {},
  wires: [],
  losses: [],
  metrics: [],
  outputs: [],
  totals: { parameters, trainable_parameters: parameters, multiply_adds: 0, activation_bytes: 0 },
});

describe("checking", () => {
  let questions: Question[];
  let stop: () => void;
  const ask: Ask = (document, signal) =>
    new Promise((answer, fail) => questions.push({ document, signal, answer, fail }));
  const last = () => questions.at(-1) as Question;
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
  const add = () =>
    transact("Add", (draft) => {
      addNode(draft, { kind: "Linear", position: { x: 0, y: 0 } });
    });

  beforeEach(() => {
    questions = [];
    openGraph({ id: "g", revision: 1, graph: emptyDocument() });
    stop = keepChecked(ask);
  });

  afterEach(() => {
    stop();
    closeGraph();
    vi.useRealTimers();
  });

  it("asks when a graph is opened and at once after an edit", () => {
    expect(questions).toHaveLength(1);
    add();
    expect(questions).toHaveLength(2);
    expect(last().document).toBe(graphStore.getState().document);
    expect(graphStore.getState().reportIsCurrent).toBe(false);
  });

  it("lets the latest edit win, whatever comes back first", async () => {
    add();
    const older = last();
    add();
    expect(older.signal.aborted).toBe(true);
    last().answer(reportOf(2));
    older.answer(reportOf(1));
    await settled();
    expect(graphStore.getState().report?.totals.parameters).toBe(2);
    expect(graphStore.getState().reportIsCurrent).toBe(true);
  });

  it("keeps the old report on the page until the new one is there, and unchanged parts the same objects", async () => {
    last().answer(reportOf(1));
    await settled();
    const before = graphStore.getState().report;
    add();
    expect(graphStore.getState().report).toBe(before);
    last().answer(reportOf(1));
    await settled();
    expect(graphStore.getState().report).toBe(before);
  });

  it("does not ask again for a card that only moved", async () => {
    add();
    last().answer(reportOf(1));
    await settled();
    transact("Move", (draft) => moveBy(draft, new Set(["linear"]), { x: 20, y: 0 }));
    expect(questions).toHaveLength(2);
    transact("Set units", (draft) => setSetting(draft, "linear", "units", 3));
    expect(questions).toHaveLength(3);
  });

  it("says why there is no report, and tries again", async () => {
    vi.useFakeTimers();
    last().fail(ApiError.offline());
    await vi.advanceTimersByTimeAsync(0);
    expect(graphStore.getState().checkFailure).toContain("does not answer");
    await vi.advanceTimersByTimeAsync(3000);
    expect(questions).toHaveLength(2);
    last().answer(reportOf(1));
    await vi.advanceTimersByTimeAsync(0);
    expect(graphStore.getState().checkFailure).toBeNull();
  });
});
