import { navigate } from "wouter/use-browser-location";
import { answerOf, client } from "../api/client";
import { messageOf } from "../api/error";
import { type Autosave, saveStore, startAutosave } from "../graph/autosave";
import { keepChecked } from "../graph/checking";
import { sameJson } from "../graph/equal";
import { documentFromText, documentToText, fileNameOf } from "../graph/file";
import { closeGraph, graphStore, openGraph, transactWhole } from "../graph/graph-store";
import { dropRecovery, readRecovery } from "../graph/recovery";
import { select } from "../graph/selection-store";
import type { GraphDocument, GraphRecord } from "../graph/types";
import { refreshGraphs } from "../net/queries";
import { notify } from "../ui/toast";

/** The graph that is open in the editor, from its opening to its closing: check, autosave and recovery around it. */

let autosave: Autosave | null = null;
let stopChecking: (() => void) | null = null;

export async function openStoredGraph(id: string, signal: AbortSignal): Promise<void> {
  const record = await answerOf(
    client.GET("/api/graphs/{graph_id}", { params: { path: { graph_id: id } }, signal }),
  );
  if (!signal.aborted) start(record);
}

function start(record: GraphRecord): void {
  stop();
  openGraph(record);
  select([]);
  stopChecking = keepChecked();
  autosave = startAutosave();
  recover(record);
}

export function stop(): void {
  autosave?.stop();
  stopChecking?.();
  autosave = null;
  stopChecking = null;
}

export function closeStoredGraph(): void {
  stop();
  closeGraph();
}

/** Bring back what the browser kept and the server never got. */
function recover({ id, graph, revision }: GraphRecord): void {
  const kept = readRecovery(id);
  if (kept === null) return;
  if (sameJson(kept.document, graph)) {
    dropRecovery(id);
  } else if (kept.revision === revision) {
    replaceDocument("Restore unsaved changes", kept.document);
    notify({ title: "Unsaved changes were restored", description: "Undo takes them back.", tone: "success" });
  } else {
    saveStore.setState({ state: "conflict", revision }, true);
    replaceDocument("Restore unsaved changes", kept.document);
  }
}

function replaceDocument(label: string, document: GraphDocument): void {
  transactWhole(label, (draft) => {
    Object.assign(draft, structuredClone(document));
  });
}

export async function saveNow(): Promise<void> {
  await autosave?.saveNow();
}

/** A conflict, solved by keeping both: what is on this page becomes a graph of its own. */
export async function keepMineAsCopy(): Promise<void> {
  const { whole: document, graphId } = graphStore.getState();
  const copy = { ...document, name: `${document.name} (copy)`.slice(0, 128) };
  if (await storeNew(copy)) {
    if (graphId !== null) dropRecovery(graphId);
    notify({ title: "Your version is now a graph of its own", tone: "success" });
  }
}

/** A conflict, solved by taking what the server has. What was here stays in the history: undo brings it back. */
export async function loadTheirs(): Promise<void> {
  const { graphId, whole: document } = graphStore.getState();
  if (graphId === null) return;
  try {
    const record = await answerOf(
      client.GET("/api/graphs/{graph_id}", { params: { path: { graph_id: graphId } } }),
    );
    dropRecovery(graphId);
    start({ ...record, graph: document });
    replaceDocument("Load the saved version", record.graph);
  } catch (error) {
    notify({ title: "The saved version did not load", description: messageOf(error), tone: "danger" });
  }
}

/** Store a document as a new graph and open it. */
export async function storeNew(graph: GraphDocument): Promise<boolean> {
  try {
    const record = await answerOf(client.POST("/api/graphs", { body: { graph } }));
    void refreshGraphs();
    navigate(`/graphs/${record.id}`);
    return true;
  } catch (error) {
    notify({ title: "The graph was not stored", description: messageOf(error), tone: "danger" });
    return false;
  }
}

export async function importFile(file: File): Promise<void> {
  const read = documentFromText(await file.text());
  if (!read.ok) {
    notify({ title: `${file.name} was not opened`, description: read.message, tone: "danger" });
    return;
  }
  await storeNew(read.document);
}

/** Ask for a file and open it as a new graph. */
export function pickFile(): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".json,application/json";
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file !== undefined) void importFile(file);
  });
  input.click();
}

export function downloadFile(): void {
  const { whole: graph } = graphStore.getState();
  const address = URL.createObjectURL(new Blob([documentToText(graph)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileNameOf(graph);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
