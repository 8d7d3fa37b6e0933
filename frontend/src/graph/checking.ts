import { answerOf, client } from "../api/client";
import { isAbort, messageOf } from "../api/error";
import { sameMeaning } from "./document";
import { shareEqual } from "./equal";
import { graphStore, receiveReport } from "./graph-store";
import type { GraphDocument, Report } from "./types";

export type Ask = (document: GraphDocument, signal: AbortSignal) => Promise<Report>;

const askServer: Ask = (graph, signal) => answerOf(client.POST("/api/graphs/check", { body: graph, signal }));

const RETRY_AFTER_MS = 2000;

/**
 * Keep the report in step with the document: ask at once after each edit that can change it, let the latest edit win,
 * and keep the old report on the page until the new one is there. Returns what stops it.
 */
export function keepChecked(ask: Ask = askServer): () => void {
  let asked: GraphDocument | null = null;
  let controller = new AbortController();
  let retry: ReturnType<typeof setTimeout> | undefined;

  const check = async (document: GraphDocument) => {
    controller.abort();
    clearTimeout(retry);
    controller = new AbortController();
    const { signal } = controller;
    asked = document;
    if (graphStore.getState().reportIsCurrent) graphStore.setState({ reportIsCurrent: false });
    try {
      const answer = await ask(document, signal);
      if (signal.aborted) return;
      // What did not change keeps its identity, so only the cards and wires that did are drawn again.
      receiveReport(shareEqual(graphStore.getState().wholeReport, answer));
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      graphStore.setState({ checkFailure: messageOf(error) });
      retry = setTimeout(() => void check(graphStore.getState().whole), RETRY_AFTER_MS);
    }
  };

  const onChange = () => {
    const { whole, graphId, wholeReport } = graphStore.getState();
    if (graphId === null || whole === asked) return;
    // A moved card changes nothing that the report says.
    if (asked !== null && wholeReport !== null && sameMeaning(whole, asked)) return;
    void check(whole);
  };

  onChange();
  const stopListening = graphStore.subscribe(onChange);
  return () => {
    stopListening();
    clearTimeout(retry);
    controller.abort();
  };
}
