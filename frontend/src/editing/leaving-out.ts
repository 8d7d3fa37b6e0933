import { graphStore, transact } from "../graph/graph-store";
import { canBypass, canFreeze, isFrozen, setTrainable } from "../graph/leaving-out";
import { setBypassed } from "../graph/operations";
import { selectedParts } from "../graph/selection-store";
import type { GraphNode } from "../graph/types";
import { describeParts } from "./labels";

/** Leaving nodes out, or the training of their weights, and taking them in again: each a step of the history. */

export function bypassable(): readonly GraphNode[] {
  return selectedNodes().filter(canBypass);
}

/** Bypass what is selected; where all of it is bypassed, take it in again. */
export function toggleBypass(): void {
  const nodes = bypassable();
  const bypassed = nodes.some((node) => !node.bypassed);
  const what = describe(nodes);
  const label = bypassed ? `Bypass ${what}` : `Take the bypass of ${what} away`;
  if (nodes.length > 0) transact(label, (draft) => setBypassed(draft, new Set(idsOf(nodes)), bypassed));
}

/** The selected nodes that have weights, or stand for a block that has some inside. */
export function freezable(): readonly GraphNode[] {
  const { document } = graphStore.getState();
  return selectedNodes().filter((node) => canFreeze(document, node));
}

/** Keep the weights of what is selected as they are; where all of them are frozen, let them be trained again. */
export function toggleFreeze(): void {
  const nodes = freezable();
  const { document } = graphStore.getState();
  const trainable = nodes.every((node) => isFrozen(document, node));
  if (nodes.length === 0) return;
  transact(`${trainable ? "Unfreeze" : "Freeze"} ${describe(nodes)}`, (draft) =>
    setTrainable(draft, new Set(idsOf(nodes)), trainable),
  );
}

function selectedNodes(): readonly GraphNode[] {
  const ids = selectedParts();
  return graphStore.getState().document.nodes.filter(({ id }) => ids.has(id));
}

function describe(nodes: readonly GraphNode[]): string {
  return describeParts(graphStore.getState().document, idsOf(nodes));
}

function idsOf(nodes: readonly GraphNode[]): string[] {
  return nodes.map(({ id }) => id);
}
