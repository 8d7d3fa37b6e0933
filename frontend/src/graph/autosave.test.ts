import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/error";
import { type Autosave, type Put, saveStore, startAutosave } from "./autosave";
import { emptyDocument } from "./document";
import { closeGraph, graphStore, openGraph, transact } from "./graph-store";
import { addNode } from "./operations";
import { readRecovery } from "./recovery";
import type { GraphRecord } from "./types";

const CONFLICT = new ApiError(409, { code: "conflict", message: "saved elsewhere", revision: 7 });

describe("autosave", () => {
  const kept = new Map<string, string>();
  let autosave: Autosave;
  let sent: number[];
  let reply: () => Promise<void>;

  const put: Put = async (id, graph, revision) => {
    await reply();
    sent.push(graph.nodes.length);
    return { id, graph, revision: revision + 1, created_at: "", updated_at: "" } satisfies GraphRecord;
  };
  const add = () =>
    transact("Add", (draft) => {
      addNode(draft, { kind: "Linear", position: { x: 0, y: 0 } });
    });
  const wait = (milliseconds = 1000) => vi.advanceTimersByTimeAsync(milliseconds);
  const state = () => saveStore.getState().state;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    });
    kept.clear();
    sent = [];
    reply = async () => {};
    openGraph({ id: "g", revision: 3, graph: emptyDocument() });
    autosave = startAutosave(put);
  });

  afterEach(() => {
    autosave.stop();
    closeGraph();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("sends one save for edits that follow each other, and says so", async () => {
    expect(state()).toBe("saved");
    add();
    expect(state()).toBe("saving");
    add();
    await wait();
    expect(sent).toEqual([2]);
    expect(state()).toBe("saved");
    expect(graphStore.getState().revision).toBe(4);
  });

  it("never saves what was not edited", async () => {
    await wait(10_000);
    await autosave.saveNow();
    expect(sent).toEqual([]);
  });

  it("keeps unsaved work in the browser until the server has it", async () => {
    add();
    expect(readRecovery("g")?.document.nodes).toHaveLength(1);
    expect(readRecovery("g")?.revision).toBe(3);
    await wait();
    expect(readRecovery("g")).toBeNull();
  });

  it("saves what was edited while a save was under way", async () => {
    let finish = () => {};
    reply = () => new Promise((resolve) => (finish = resolve));
    add();
    await wait();
    add();
    finish();
    await wait(0);
    expect(state()).toBe("saving");
    reply = async () => {};
    await wait();
    expect(sent).toEqual([1, 2]);
    expect(graphStore.getState().revision).toBe(5);
  });

  it("holds the work while the server is away, and saves when it is back", async () => {
    reply = () => Promise.reject(ApiError.offline());
    add();
    await wait();
    expect(state()).toBe("offline");
    expect(readRecovery("g")).not.toBeNull();
    reply = async () => {};
    await wait(5000);
    expect(state()).toBe("saved");
    expect(sent).toEqual([1]);
  });

  it("overwrites nothing on a conflict, and asks again after a reload", async () => {
    reply = () => Promise.reject(CONFLICT);
    add();
    await wait();
    expect(saveStore.getState()).toEqual({ state: "conflict", revision: 7 });
    reply = async () => {};
    add();
    await wait(20_000);
    expect(sent).toEqual([]);
    expect(readRecovery("g")).toMatchObject({ revision: 0, document: { nodes: [{}, {}] } });
  });

  it("gives a refused document another try once it was changed", async () => {
    reply = () => Promise.reject(new ApiError(422, { code: "invalid", message: "too many nodes" }));
    add();
    await wait();
    expect(saveStore.getState()).toEqual({ state: "refused", message: "too many nodes" });
    reply = async () => {};
    add();
    await wait();
    expect(state()).toBe("saved");
  });
});
