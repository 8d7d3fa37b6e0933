import { sameJson } from "../graph/equal";
import { type GraphDocument, type GraphNode, portId, type Settings, type Wire } from "../graph/types";

/**
 * Whether training one graph is training the other: the same nodes with the same settings, the same wires, the same
 * training settings. Where cards lie, what they are called, notes and frames change nothing. A setting that is left out
 * is its kind's default.
 */
export function trainsTheSame(
  trained: GraphDocument,
  drawn: GraphDocument,
  defaultsOf: (kind: string) => Settings = () => ({}),
): boolean {
  return (
    sameJson(trained.training, drawn.training) &&
    sameParts(trained, drawn, defaultsOf) &&
    sameBlocks(trained.blocks, drawn.blocks, defaultsOf)
  );
}

function sameBlocks(
  trained: GraphDocument["blocks"],
  drawn: GraphDocument["blocks"],
  defaultsOf: (kind: string) => Settings,
): boolean {
  const known = new Map(trained.map((block) => [block.id, block]));
  return (
    trained.length === drawn.length &&
    drawn.every((block) => {
      const old = known.get(block.id);
      return old !== undefined && sameParts(old, block, defaultsOf);
    })
  );
}

function sameParts(
  trained: Pick<GraphDocument, "nodes" | "wires">,
  drawn: Pick<GraphDocument, "nodes" | "wires">,
  defaultsOf: (kind: string) => Settings,
): boolean {
  return sameNodes(trained.nodes, drawn.nodes, defaultsOf) && sameWires(trained.wires, drawn.wires);
}

function sameNodes(
  trained: readonly GraphNode[],
  drawn: readonly GraphNode[],
  defaultsOf: (kind: string) => Settings,
): boolean {
  if (trained.length !== drawn.length) return false;
  const known = new Map(trained.map((node) => [node.id, node]));
  return drawn.every(({ id, kind, settings, bypassed }) => {
    const old = known.get(id);
    if (old === undefined || old.kind !== kind || old.bypassed !== bypassed) return false;
    const defaults = defaultsOf(kind);
    return sameJson({ ...defaults, ...old.settings }, { ...defaults, ...settings });
  });
}

function sameWires(trained: readonly Wire[], drawn: readonly Wire[]): boolean {
  if (trained.length !== drawn.length) return false;
  const known = new Set(trained.map(wireName));
  return drawn.every((wire) => known.has(wireName(wire)));
}

function wireName({ source, target }: Wire): string {
  return `${portId(source)} ${portId(target)}`;
}
