import { shareEqual } from "./equal";
import type { GraphDraft } from "./operations";
import type { BlockDefinition, GraphDocument, GraphNode, PortReference, Report, Settings } from "./types";

/**
 * Where in a document the canvas is: the ids of the block nodes that were entered, outermost first; empty for the graph
 * itself. What the canvas shows inside a block is the block's definition, seen through the node that was entered: the
 * server's check names the parts of "encoder" as "encoder/conv", so types and problems are those of this one use.
 */
export type Scope = readonly string[];

export const TOP: Scope = [];

/** What a definition has of its own; everything else in a view is the document's. */
const OWN_PARTS: ReadonlySet<PropertyKey> = new Set(["nodes", "wires", "notes", "frames"]);
const SEPARATOR = "/";

/** The id of the definition that a node is a use of, or null for a node of another kind. */
export function definitionOf(node: { readonly settings: Settings }): string | null {
  const { block } = node.settings;
  return typeof block === "string" && block !== "" ? block : null;
}

/** The definition that a scope leads to; null at the top, or where a step of the way is no longer there. */
export function definitionAt(document: GraphDocument, scope: Scope): BlockDefinition | null {
  let nodes: readonly GraphNode[] = document.nodes;
  let found: BlockDefinition | null = null;
  for (const id of scope) {
    const entered = nodes.find((node) => node.id === id);
    const wanted = entered === undefined ? null : definitionOf(entered);
    found = document.blocks.find((block) => block.id === wanted) ?? null;
    if (found === null) return null;
    nodes = found.nodes;
  }
  return found;
}

/** As much of a scope as the document still has: the rest was deleted, or undone. */
export function reachable(document: GraphDocument, scope: Scope): Scope {
  for (let length = scope.length; length > 0; length -= 1) {
    const shorter = length === scope.length ? scope : scope.slice(0, length);
    if (definitionAt(document, shorter) !== null) return shorter;
  }
  return TOP;
}

/** The document as the canvas shows it. `before` is kept where it says the same. */
export function viewAt(document: GraphDocument, scope: Scope, before: GraphDocument | null): GraphDocument {
  const block = definitionAt(document, scope);
  if (block === null) return document;
  const { nodes, wires, notes, frames } = block;
  const view: GraphDocument = { ...document, nodes, wires, notes, frames };
  const keys = Object.keys(view) as (keyof GraphDocument)[];
  return before !== null && keys.every((key) => before[key] === view[key]) ? before : view;
}

/** A draft in which nodes, wires, notes and frames are those of the definition that a scope leads to. */
export function draftAt(draft: GraphDraft, scope: Scope): GraphDraft {
  const id = definitionAt(draft, scope)?.id;
  const block = draft.blocks.find((candidate) => candidate.id === id);
  if (block === undefined) return draft;
  const ownerOf = (key: PropertyKey): object => (OWN_PARTS.has(key) ? block : draft);
  return new Proxy(draft, {
    get: (_, key) => Reflect.get(ownerOf(key), key),
    set: (_, key, value) => Reflect.set(ownerOf(key), key, value),
  });
}

/** The names that the check gives to the parts of what a scope shows begin with this. */
export function prefixOf(scope: Scope): string {
  return scope.map((id) => `${id}${SEPARATOR}`).join("");
}

/** "encoder/conv" is the node "conv" in the scope ["encoder"]. */
export function splitPath(path: string): { readonly scope: Scope; readonly node: string } {
  const steps = path.split(SEPARATOR);
  return { scope: steps.slice(0, -1), node: steps.at(-1) ?? path };
}

/** The part of a report that is about what a scope shows, under the names that it has there. */
export function reportAt(report: Report | null, scope: Scope, before: Report | null): Report | null {
  if (report === null || scope.length === 0) return report;
  const prefix = prefixOf(scope);
  const isInside = (id: string | null): id is string => id?.startsWith(prefix) ?? false;
  const inner = (port: PortReference): PortReference => ({ ...port, node: port.node.slice(prefix.length) });
  const scoped: Report = {
    ...report,
    nodes: Object.fromEntries(
      Object.entries(report.nodes).flatMap(([id, node]) =>
        isInside(id) ? [[id.slice(prefix.length), node]] : [],
      ),
    ),
    wires: report.wires
      .filter((wire) => isInside(wire.source.node) && isInside(wire.target.node))
      .map((wire) => ({ ...wire, source: inner(wire.source), target: inner(wire.target) })),
    problems: report.problems.flatMap((problem) =>
      isInside(problem.node) ? [{ ...problem, node: problem.node.slice(prefix.length) }] : [],
    ),
  };
  return shareEqual(before, scoped);
}
