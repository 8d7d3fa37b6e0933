import type { Box } from "../graph/align";
import { kindOf } from "../graph/catalogue-store";
import { boxOf } from "../graph/frames";
import { graphStore } from "../graph/graph-store";
import type { Flow } from "../graph/layers";
import { portsOf } from "../graph/ports";
import { CARD_WIDTH, GRID, type GraphNode, type PortReference, REROUTE } from "../graph/types";
import { canvas } from "./canvas-handle";

/** Where the parts that the canvas shows lie and how large they are. */
export interface Boxes {
  readonly cards: readonly Box[];
  readonly notes: readonly Box[];
  readonly frames: readonly Box[];
}

/** From the top of a card to the middle of its first port; each further one is a grid step below. */
const FIRST_PORT = 68;
/** What a card has besides its ports: header, summary and edges. */
const AROUND_PORTS = 66;

export function boxesShown(): Boxes {
  const { nodes, notes, frames } = graphStore.getState().document;
  return { cards: nodes.map(boxOfCard), notes: notes.map(boxOf), frames: frames.map(boxOf) };
}

function boxOfCard(node: GraphNode): Box {
  const measured = canvas()?.sizeOf(node.id);
  return { id: node.id, ...node.position, ...(measured ?? expectedSize(node)) };
}

/** Of a card that has not been drawn yet. */
function expectedSize(node: GraphNode): Pick<Box, "width" | "height"> {
  if (node.kind === REROUTE) return { width: GRID, height: GRID };
  return { width: CARD_WIDTH, height: AROUND_PORTS + GRID * portNamesOf(node).length };
}

function portNamesOf(node: GraphNode): readonly string[] {
  const { document, report } = graphStore.getState();
  const { inputs, outputs } = portsOf(document, report, kindOf(node.kind), node.id);
  return [...inputs.map(({ name }) => `input ${name}`), ...outputs.map(({ name }) => `output ${name}`)];
}

/** The wires as the canvas draws them: where along the height of both cards they end. */
export function flowsShown(): Flow[] {
  const { nodes, wires } = graphStore.getState().document;
  const heights = new Map(nodes.map((node) => [node.id, portHeights(node)]));
  const heightOf = (direction: string, { node, port }: PortReference) =>
    heights.get(node)?.get(`${direction} ${port}`) ?? FIRST_PORT;
  const firstOf = (direction: string, node: string) => {
    const first = [...(heights.get(node) ?? [])].find(([name]) => name.startsWith(direction));
    return first?.[1] ?? FIRST_PORT;
  };
  return wires.map(({ source, target }) => ({
    source: source.node,
    target: target.node,
    from: heightOf("output", source),
    to: heightOf("input", target),
    rise: firstOf("output", source.node) - firstOf("input", target.node),
  }));
}

function portHeights(node: GraphNode): ReadonlyMap<string, number> {
  const isDot = node.kind === REROUTE;
  return new Map(
    portNamesOf(node).map((name, row) => [name, isDot ? GRID / 2 : FIRST_PORT + row * GRID] as const),
  );
}
