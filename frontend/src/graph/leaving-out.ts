import { BLOCK_PORTS } from "./blocks";
import { kindOf } from "./catalogue-store";
import { isShown } from "./describe";
import type { GraphDraft } from "./operations";
import { definitionOf } from "./scope";
import { type GraphDocument, type GraphNode, REROUTE } from "./types";

/** What can be left out of a graph for a while: a node (bypassed), or the training of its weights (frozen). */

/** The setting of kinds with weights that says whether Optimizers may change them. */
const TRAINABLE = "trainable";

type Blocks = Pick<GraphDocument, "blocks">;
type Weighted = Pick<GraphNode, "kind" | "settings">;

/** Corners of wires and the ports of blocks only pass values on anyway. */
export function canBypass({ kind }: Pick<GraphNode, "kind">): boolean {
  return kind !== REROUTE && !BLOCK_PORTS.has(kind);
}

/** Whether a node has weights that can be kept as they are, or what is inside of the block that it is a use of. */
export function canFreeze(document: Blocks, node: Weighted): boolean {
  return weightedIn(document.blocks, node).length > 0;
}

/** Whether all weights that a node has, or that are inside of it, are kept as they are. */
export function isFrozen(document: Blocks, node: Weighted): boolean {
  const parts = weightedIn(document.blocks, node);
  return parts.length > 0 && parts.every((part) => !isTrainable(part));
}

/** Freeze nodes or let them be trained; of uses of blocks, all that is inside: it is the same in every use. */
export function setTrainable(draft: GraphDraft, ids: ReadonlySet<string>, trainable: boolean): void {
  for (const node of draft.nodes.filter(({ id }) => ids.has(id))) {
    for (const part of weightedIn(draft.blocks, node)) part.settings[TRAINABLE] = trainable;
  }
}

/** "bypassed", "frozen": in words, for whoever does not see it on the card. */
export function leftOut(document: Blocks, node: GraphNode): readonly string[] {
  return [...(node.bypassed ? ["bypassed"] : []), ...(isFrozen(document, node) ? ["frozen"] : [])];
}

interface Definition<Node> {
  readonly id: string;
  readonly nodes: readonly Node[];
}

/** The node itself, or the nodes in the block that it stands for, that have weights with their present settings. */
function weightedIn<Node extends Weighted>(
  blocks: readonly Definition<Node>[],
  node: Node,
  inside: ReadonlySet<string> = new Set(),
): readonly Node[] {
  const definition = definitionOf(node);
  if (definition === null) return hasWeights(node) ? [node] : [];
  if (inside.has(definition)) return [];
  const parts = blocks.find(({ id }) => id === definition)?.nodes ?? [];
  const within = new Set([...inside, definition]);
  return parts.flatMap((part) => weightedIn(blocks, part, within));
}

function hasWeights({ kind: name, settings }: Weighted): boolean {
  const kind = kindOf(name);
  const schema = kind?.settings_schema.properties?.[TRAINABLE];
  return (
    kind !== undefined && schema !== undefined && isShown(schema, { ...kind.default_settings, ...settings })
  );
}

function isTrainable({ kind, settings }: Weighted): boolean {
  return (settings[TRAINABLE] ?? kindOf(kind)?.default_settings[TRAINABLE]) !== false;
}
