import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { answerOf, client } from "../api/client";
import { ApiError, messageOf } from "../api/error";
import { graphStore } from "./graph-store";
import { dropRecovery, keepRecovery } from "./recovery";
import type { GraphDocument, GraphRecord } from "./types";

export type SaveState =
  /** The server has what is on the page. */
  | { readonly state: "saved" }
  /** A change is about to be sent or under way. */
  | { readonly state: "saving" }
  /** The server does not answer; the browser keeps the work and tries again. */
  | { readonly state: "offline" }
  /** Somebody else saved this graph since it was opened here: a person has to decide. */
  | { readonly state: "conflict"; readonly revision: number }
  /** The server refused it, which saving again would not change. */
  | { readonly state: "refused"; readonly message: string };

export const saveStore = createStore<SaveState>()(() => ({ state: "saved" }));

export function useSaveState(): SaveState {
  return useStore(saveStore);
}

export type Put = (
  id: string,
  graph: GraphDocument,
  revision: number,
  keepalive: boolean,
) => Promise<GraphRecord>;

const putToServer: Put = (graph_id, graph, revision, keepalive) =>
  answerOf(
    client.PUT("/api/graphs/{graph_id}", {
      params: { path: { graph_id } },
      body: { graph, revision },
      keepalive,
    }),
  );

const PAUSE_MS = 600;
const RETRY_MS = 3000;

export interface Autosave {
  /** Save now, without waiting for the pause after the last edit. */
  readonly saveNow: () => Promise<void>;
  readonly stop: () => void;
}

/**
 * Save each change of the open graph: into the browser at once, to the server after a short pause. It starts from a
 * graph that was opened, so nothing can be overwritten by a page that failed to load.
 */
export function startAutosave(put: Put = putToServer): Autosave {
  const start = graphStore.getState();
  const id = start.graphId;
  if (id === null) return { saveNow: async () => {}, stop: () => {} };
  let saved = start.whole;
  let sending: Promise<void> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const isDirty = () => graphStore.getState().graphId === id && graphStore.getState().whole !== saved;
  const mayTry = () => !["conflict", "refused"].includes(saveStore.getState().state);

  const send = async (keepalive = false): Promise<void> => {
    const { whole: document, revision } = graphStore.getState();
    if (!isDirty() || revision === null) return;
    if (saveStore.getState().state !== "offline") saveStore.setState({ state: "saving" }, true);
    try {
      const record = await put(id, document, revision, keepalive);
      // Another graph may have been opened meanwhile; its revision is not ours to set.
      if (graphStore.getState().graphId !== id) return;
      saved = document;
      graphStore.setState({ revision: record.revision });
      if (isDirty()) {
        saveStore.setState({ state: "saving" }, true);
        keep();
        schedule(PAUSE_MS);
      } else {
        dropRecovery(id);
        saveStore.setState({ state: "saved" }, true);
      }
    } catch (error) {
      onFailure(error);
    }
  };

  const onFailure = (error: unknown) => {
    if (error instanceof ApiError && error.code === "conflict") {
      saveStore.setState({ state: "conflict", revision: error.revision ?? 0 }, true);
    } else if (error instanceof ApiError && !error.isOffline && error.status < 500) {
      saveStore.setState({ state: "refused", message: messageOf(error) }, true);
    } else {
      saveStore.setState({ state: "offline" }, true);
      schedule(RETRY_MS);
    }
  };

  const saveNow = async (keepalive = false): Promise<void> => {
    clearTimeout(timer);
    if (sending !== null) await sending;
    if (!mayTry()) return;
    sending = send(keepalive).finally(() => {
      sending = null;
    });
    await sending;
  };

  const schedule = (delay: number) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void saveNow(), delay);
  };

  const keep = () => {
    const { whole: document, revision } = graphStore.getState();
    // During a conflict the work grew from no revision that the server still has: a reload has to ask again.
    const base = saveStore.getState().state === "conflict" ? 0 : (revision ?? 0);
    keepRecovery(id, { document, revision: base, keptAt: new Date().toISOString() });
  };

  const onChange = () => {
    if (!isDirty()) return;
    keep();
    if (saveStore.getState().state === "refused") saveStore.setState({ state: "saving" }, true);
    if (saveStore.getState().state === "saved") saveStore.setState({ state: "saving" }, true);
    if (mayTry() && sending === null) schedule(PAUSE_MS);
  };

  let last = saved;
  const stopListening = graphStore.subscribe(({ whole: document }) => {
    if (document === last) return;
    last = document;
    onChange();
  });
  const onHide = () => void saveNow(true);
  const onOnline = () => void saveNow();
  globalThis.addEventListener?.("pagehide", onHide);
  globalThis.addEventListener?.("online", onOnline);
  saveStore.setState({ state: "saved" }, true);

  return {
    saveNow: () => saveNow(),
    stop: () => {
      void saveNow(true);
      stopped = true;
      clearTimeout(timer);
      stopListening();
      globalThis.removeEventListener?.("pagehide", onHide);
      globalThis.removeEventListener?.("online", onOnline);
    },
  };
}
