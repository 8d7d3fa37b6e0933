import { addDefinition, group, nodesBetween, ungroup } from "../graph/blocks";
import { indexOf } from "../graph/document";
import { goTo, graphStore, transact } from "../graph/graph-store";
import { definitionOf, type Scope, splitPath } from "../graph/scope";
import { select, selectedParts } from "../graph/selection-store";
import type { GraphNode } from "../graph/types";
import { notify } from "../ui/toast";
import { canvas, type RevealOptions } from "./canvas-handle";
import { withContents } from "./framing";
import { nameOf } from "./labels";

/** Blocks under one's hands: making them, taking them apart, going in and out. */

export function goInto(id: string): void {
  visit([...graphStore.getState().scope, id]);
}

export function goOut(): void {
  const { scope } = graphStore.getState();
  const left = scope.at(-1);
  visit(scope.slice(0, -1));
  if (left !== undefined) select([left]);
}

export function visit(scope: Scope): void {
  select([]);
  goTo(scope);
}

/** Bring a node to the middle, wherever in the document it is. */
export function revealPath(path: string, options: RevealOptions = {}): void {
  const { scope, node } = splitPath(path);
  goTo(scope);
  select([node]);
  // The canvas has the node once it has drawn the block.
  requestAnimationFrame(() => canvas()?.reveal(node, options));
}

/** The one selected node that is a use of a block, if that is what is selected. */
export function selectedBlock(): GraphNode | null {
  const [id, ...others] = selectedParts();
  const { document } = graphStore.getState();
  const node = id === undefined || others.length > 0 ? undefined : indexOf(document).nodes.get(id);
  return node !== undefined && definitionOf(node) !== null ? node : null;
}

export function groupSelection(): void {
  const { document } = graphStore.getState();
  const ids = withContents(selectedParts());
  const between = nodesBetween(document, ids);
  if (between.length > 0) {
    const names = between.map((id) => nameOf(document, id)).join(", ");
    notify({
      tone: "warning",
      title: "These nodes cannot be one block",
      description: `Values leave them and come back through ${names}. Select that as well.`,
    });
    return;
  }
  let made: string | null = null;
  transact("Group into a block", (draft) => {
    made = group(draft, ids);
  });
  if (made !== null) select([made]);
}

export function ungroupSelection(): void {
  const node = selectedBlock();
  if (node === null) return;
  const name = nameOf(graphStore.getState().document, node.id);
  if (node.bypassed) {
    notify({
      tone: "warning",
      title: `${name} is bypassed`,
      description: "Its nodes would begin to compute. Take the bypass away first (Ctrl+B).",
    });
    return;
  }
  let parts: string[] = [];
  transact(`Ungroup ${name}`, (draft) => {
    parts = ungroup(draft, node.id);
  });
  select(parts);
}

/** Give a use of a block a definition of its own to draw, and go there. */
export function defineFor(node: string): void {
  transact("Draw a new block", (draft) => {
    const found = draft.nodes.find(({ id }) => id === node);
    if (found !== undefined) found.settings["block"] = addDefinition(draft);
  });
  goInto(node);
}
