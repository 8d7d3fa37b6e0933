import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { graphStore } from "./graph-store";
import { takenIds } from "./identifiers";

/** What is selected: ids of nodes, notes and frames, and wires by their id ("node.port" of the port they end at). */
export interface Selection {
  readonly nodes: ReadonlySet<string>;
  readonly wires: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

export const selectionStore = createStore<Selection>()(() => ({ nodes: NOTHING, wires: NOTHING }));

export function select(nodes: Iterable<string>, wires: Iterable<string> = []): void {
  const next = { nodes: new Set(nodes), wires: new Set(wires) };
  const { nodes: oldNodes, wires: oldWires } = selectionStore.getState();
  if (sameSet(next.nodes, oldNodes) && sameSet(next.wires, oldWires)) return;
  selectionStore.setState(next);
}

export function selectNothing(): void {
  select([]);
}

/** The ids that are selected and still in the document. */
export function selectedParts(): ReadonlySet<string> {
  const { document } = graphStore.getState();
  const present = takenIds(document);
  return selectionStore.getState().nodes.intersection(present);
}

export function hasSelection(): boolean {
  const { nodes, wires } = selectionStore.getState();
  return nodes.size > 0 || wires.size > 0;
}

export function useSelection<T>(pick: (selection: Selection) => T): T {
  return useStore(selectionStore, pick);
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && a.isSubsetOf(b);
}
