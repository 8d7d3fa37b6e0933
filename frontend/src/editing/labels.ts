import { kindOf } from "../graph/catalogue-store";
import { plural } from "../graph/describe";
import { indexOf, nodeTitle } from "../graph/document";
import { definitionOf, splitPath, viewAt } from "../graph/scope";
import type { GraphDocument, GraphNode } from "../graph/types";

/** What steps of the history are called. */

export function nameOf(document: GraphDocument, id: string): string {
  const { nodes, notes, frames } = indexOf(document);
  const node = nodes.get(id);
  if (node !== undefined) return titleOf(document, node);
  if (notes.has(id)) return "note";
  const frame = frames.get(id);
  return frame === undefined ? id : frame.title || "frame";
}

/** What a node is called: its label, else the name of the block that it is a use of, else what its kind is called. */
export function titleOf({ blocks }: Pick<GraphDocument, "blocks">, node: GraphNode): string {
  const definition = definitionOf(node);
  const block = definition === null ? undefined : blocks.find(({ id }) => id === definition);
  return nodeTitle(node, block?.name || kindOf(node.kind)?.title);
}

/** What the nodes along a path are called, outermost first: "encoder/conv" gives "Encoder" and "Conv2D". */
export function namesAlong(whole: GraphDocument, path: string): string[] {
  const { scope, node } = splitPath(path);
  return [...scope, node].map((id, depth) => nameOf(viewAt(whole, scope.slice(0, depth), null), id));
}

export function describeParts(document: GraphDocument, ids: readonly string[]): string {
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) return nameOf(document, only);
  return plural(ids.length, "part");
}

export function describeMove(document: GraphDocument, ids: readonly string[]): string {
  return `Move ${describeParts(document, ids)}`;
}
