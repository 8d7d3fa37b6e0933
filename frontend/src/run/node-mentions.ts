import { definitionAt, splitPath } from "../graph/scope";
import type { GraphDocument } from "../graph/types";

export type Piece = { readonly text: string } | { readonly path: string };

/** What stands in brackets in a message: "at Log (encoder/log): ..." names the node "encoder/log". */
const MENTION = /\(([^()\s]+)\)/g;

/** A message cut where it names nodes that the graph has, so that those can be shown as links. */
export function cutAtNodes(message: string, graph: GraphDocument): readonly Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const found of message.matchAll(MENTION)) {
    const path = found[1] as string;
    if (!hasNode(graph, path)) continue;
    pieces.push({ text: message.slice(done, found.index) }, { path });
    done = found.index + found[0].length;
  }
  return [...pieces, { text: message.slice(done) }].filter(
    (piece) => !("text" in piece && piece.text === ""),
  );
}

function hasNode(graph: GraphDocument, path: string): boolean {
  const { scope, node } = splitPath(path);
  const around = scope.length === 0 ? graph : definitionAt(graph, scope);
  return around?.nodes.some(({ id }) => id === node) ?? false;
}
