import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { indexOf } from "../graph/document";
import type { Direction, DraggedPort } from "../graph/fits";
import { doubtAbout, whyNot } from "../graph/fits";
import { graphStore } from "../graph/graph-store";
import type { GraphDocument } from "../graph/types";

interface ConnectionState {
  readonly dragged: DraggedPort | null;
  /** Nodes that a wire from the dragged port may not reach, because that would close a circle. */
  readonly barred: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** The wire that is being drawn. Computed once when the drag starts: each port then only looks itself up. */
export const connectionStore = createStore<ConnectionState>()(() => ({ dragged: null, barred: NONE }));

export function startConnection(dragged: DraggedPort): void {
  const { document } = graphStore.getState();
  connectionStore.setState({ dragged, barred: reachable(document, dragged.node, dragged.direction) });
}

export function endConnection(): void {
  if (connectionStore.getState().dragged !== null) connectionStore.setState({ dragged: null, barred: NONE });
}

/** "open": the wire may end here; "doubtful": it may, to no good; "barred": it may not; null: nothing is being drawn. */
export function usePortState(candidate: DraggedPort): "open" | "doubtful" | "barred" | null {
  return useStore(connectionStore, ({ dragged, barred }) => {
    if (dragged === null) return null;
    if (dragged.direction === candidate.direction || barred.has(candidate.node)) return "barred";
    return doubtsAbout(candidate) === null ? "open" : "doubtful";
  });
}

/** What speaks against ending the drawn wire here although it may; null if nothing is known. */
export function doubtsAbout(candidate: DraggedPort): string | null {
  const { dragged } = connectionStore.getState();
  if (dragged === null) return null;
  const [source, target] = dragged.direction === "output" ? [dragged, candidate] : [candidate, dragged];
  const { document, report } = graphStore.getState();
  const kind = indexOf(document).nodes.get(target.node)?.kind;
  return doubtAbout(report, source, { kind, port: target.port });
}

export function reasonAgainst(candidate: DraggedPort): string | null {
  const { dragged } = connectionStore.getState();
  return dragged === null ? null : whyNot(graphStore.getState().document, dragged, candidate);
}

/** From an output, everything upstream is barred; from an input, everything downstream. Both with the node itself. */
function reachable(document: GraphDocument, start: string, direction: Direction): ReadonlySet<string> {
  const { into, outOf } = indexOf(document);
  const next = (node: string) =>
    direction === "output"
      ? (into.get(node) ?? []).map((wire) => wire.source.node)
      : (outOf.get(node) ?? []).map((wire) => wire.target.node);
  const seen = new Set<string>();
  const waiting = [start];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    waiting.push(...next(node));
  }
  return seen;
}
