import { definitionOf, prefixOf, type Scope } from "./scope";
import type { GraphDocument, GraphNode } from "./types";

/** A node anywhere in a document: "encoder/conv" is the node conv inside the block node encoder. */
export interface PlacedNode {
  readonly path: string;
  readonly node: GraphNode;
}

/** Blocks inside blocks multiply: nobody looks through more places than this. */
const MAX_PLACES = 20_000;

/** Every node of the document with its path; those that stand inside a block follow the block. */
export function placedNodes(whole: GraphDocument): PlacedNode[] {
  const definitions = new Map(whole.blocks.map((block) => [block.id, block]));
  const found: PlacedNode[] = [];
  const visit = (nodes: readonly GraphNode[], scope: Scope, entered: ReadonlySet<string>) => {
    for (const node of nodes) {
      if (found.length >= MAX_PLACES) return;
      found.push({ path: `${prefixOf(scope)}${node.id}`, node });
      const id = definitionOf(node);
      const definition = id === null ? undefined : definitions.get(id);
      // A block that holds itself is a problem that the check reports; it has no inside to look through.
      if (definition === undefined || entered.has(definition.id)) continue;
      visit(definition.nodes, [...scope, node.id], new Set([...entered, definition.id]));
    }
  };
  visit(whole.nodes, [], new Set());
  return found;
}

export interface FindOptions {
  /** What else a node is known by: its title, its kind's title. */
  readonly describe: (node: GraphNode) => string;
  /** The place whose nodes come first. */
  readonly scope: Scope;
}

/** The paths of the nodes of which title, kind, id or path hold every word of the query; those in sight first. */
export function findNodes(
  whole: GraphDocument,
  query: string,
  { describe, scope }: FindOptions,
): readonly string[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const fitting = placedNodes(whole).filter(({ path, node }) => {
    const text = `${describe(node)} ${node.kind} ${path}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const prefix = prefixOf(scope);
  const isInSight = ({ path, node }: PlacedNode) => path === `${prefix}${node.id}`;
  const { here = [], elsewhere = [] } = Object.groupBy(fitting, (found) =>
    isInSight(found) ? "here" : "elsewhere",
  );
  return [...here, ...elsewhere].map(({ path }) => path);
}
