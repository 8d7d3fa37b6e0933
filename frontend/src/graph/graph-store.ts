import { useStoreWithEqualityFn } from "zustand/traditional";
import { createStore } from "zustand/vanilla";
import { emptyDocument } from "./document";
import * as history from "./history";
import type { GraphDraft } from "./operations";
import { prefixOf, reachable, reportAt, type Scope, TOP, viewAt } from "./scope";
import type { GraphDocument, GraphRecord, Report } from "./types";

/**
 * The graph that is open: the document, how it came to be, and what the server's check said about it.
 * `whole` and `wholeReport` are what is saved, checked and trained; `document` and `report` are what the canvas shows
 * of them, which inside a block is the block's definition.
 * Outside React: `graphStore.getState().document`. Inside: `useGraphDocument()`, `useReport()`.
 */
export interface GraphState {
  readonly whole: GraphDocument;
  /** The block nodes that were entered, outermost first. */
  readonly scope: Scope;
  readonly document: GraphDocument;
  /** The id it is stored under; null while none is open. */
  readonly graphId: string | null;
  /** The revision on the server that the document grew from. */
  readonly revision: number | null;
  readonly timeline: history.Timeline;
  /** The last report; it may be one edit old (see `reportIsCurrent`), so that nothing flickers while one is under way. */
  readonly wholeReport: Report | null;
  readonly report: Report | null;
  readonly reportIsCurrent: boolean;
  /** Why there is no current report, when the server could not be asked. */
  readonly checkFailure: string | null;
}

const nothingOpen = emptyDocument();

export const graphStore = createStore<GraphState>()(() => freshState(nothingOpen, null, null));

/** Open a stored graph. The history starts anew. */
export function openGraph({ id, revision, graph }: Pick<GraphRecord, "id" | "revision" | "graph">): void {
  graphStore.setState(freshState(graph, id, revision));
}

export function closeGraph(): void {
  graphStore.setState(freshState(nothingOpen, null, null));
}

function freshState(document: GraphDocument, graphId: string | null, revision: number | null): GraphState {
  return {
    whole: document,
    scope: TOP,
    document,
    graphId,
    revision,
    timeline: history.newTimeline(document),
    wholeReport: null,
    report: null,
    reportIsCurrent: false,
    checkFailure: null,
  };
}

/**
 * The only way to change the document: a recipe for what the canvas shows. `label` names the step in undo and redo; steps
 * with the same `gesture` key that follow each other without `endGesture` in between are one step.
 */
export function transact(
  label: string,
  recipe: (draft: GraphDraft) => void,
  gesture: string | null = null,
): void {
  const { timeline, scope } = graphStore.getState();
  setTimeline(history.transact(timeline, label, recipe, gesture, scope), scope);
}

/** As `transact`, but the recipe gets the whole document, wherever the canvas is. */
export function transactWhole(
  label: string,
  recipe: (draft: GraphDraft) => void,
  gesture: string | null = null,
): void {
  const { timeline, scope } = graphStore.getState();
  setTimeline(history.transact(timeline, label, recipe, gesture), scope);
}

export function endGesture(): void {
  const { timeline } = graphStore.getState();
  const ended = history.endGesture(timeline);
  if (ended !== timeline) graphStore.setState({ timeline: ended });
}

export function undo(): void {
  const { timeline, scope } = graphStore.getState();
  setTimeline(history.undo(timeline), timeline.done.at(-1)?.scope ?? scope);
}

export function redo(): void {
  const { timeline, scope } = graphStore.getState();
  setTimeline(history.redo(timeline), timeline.undone.at(-1)?.scope ?? scope);
}

function setTimeline(timeline: history.Timeline, scope: Scope): void {
  if (timeline === graphStore.getState().timeline) return;
  graphStore.setState({ timeline, ...shown(timeline.document, scope) });
}

/** Show another part of the document: the graph itself, or the inside of a block node. */
export function goTo(scope: Scope): void {
  const { whole, scope: before } = graphStore.getState();
  if (prefixOf(scope) !== prefixOf(before)) graphStore.setState(shown(whole, scope));
}

function shown(
  whole: GraphDocument,
  wanted: Scope,
): Pick<GraphState, "whole" | "scope" | "document" | "report"> {
  const state = graphStore.getState();
  const scope = reachable(whole, wanted);
  return {
    whole,
    scope: prefixOf(scope) === prefixOf(state.scope) ? state.scope : scope,
    document: viewAt(whole, scope, state.document),
    report: reportAt(state.wholeReport, scope, state.report),
  };
}

/** What the server's check said of the whole document as it is now. */
export function receiveReport(wholeReport: Report): void {
  const { scope, report } = graphStore.getState();
  graphStore.setState({
    wholeReport,
    report: reportAt(wholeReport, scope, report),
    reportIsCurrent: true,
    checkFailure: null,
  });
}

/** `isSame` keeps the old value, and saves drawing anew, where a new one says the same. */
export function useGraph<T>(
  select: (state: GraphState) => T,
  isSame: (a: T, b: T) => boolean = Object.is,
): T {
  return useStoreWithEqualityFn(graphStore, select, isSame);
}

export function useGraphDocument(): GraphDocument {
  return useGraph((state) => state.document);
}

export function useReport(): Report | null {
  return useGraph((state) => state.report);
}

/** What undo and redo would take back and do again; null when there is nothing. */
export function useHistoryLabels(): { undo: string | null; redo: string | null } {
  const undoLabel = useGraph((state) => state.timeline.done.at(-1)?.label ?? null);
  const redoLabel = useGraph((state) => state.timeline.undone.at(-1)?.label ?? null);
  return { undo: undoLabel, redo: redoLabel };
}
