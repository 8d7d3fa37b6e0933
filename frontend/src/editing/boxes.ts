import type { Box } from "../graph/align";
import { kindOf } from "../graph/catalogue-store";
import { BAR_HEIGHT, barOf, hiddenIn, isOpen, seenEnds } from "../graph/collapsing";
import { boxOf } from "../graph/frames";
import { graphStore } from "../graph/graph-store";
import type { Flow } from "../graph/layers";
import { portsOf } from "../graph/ports";
import { CARD_WIDTH, GRID, type GraphNode, type PortReference, REROUTE } from "../graph/types";
import { canvas } from "./canvas-handle";

/** Where the parts that the canvas shows lie and how large they are. A collapsed frame is among the cards. */
export interface Boxes {
  readonly cards: readonly Box[];
  readonly notes: readonly Box[];
  readonly frames: readonly Box[];
}

/** From the top of a card to the middle of its first port; each further one is a grid step below. */
const FIRST_PORT = 68;
/** All wires of a bar meet at its middle. */
const BAR_HEIGHTS: ReadonlyMap<string, number> = new Map([
  ["input", BAR_HEIGHT / 2],
  ["output", BAR_HEIGHT / 2],
]);
/** What a card has besides its ports: header, summary and edges. */
const AROUND_PORTS = 66;

export function boxesShown(): Boxes {
  const { document } = graphStore.getState();
  const hidden = hiddenIn(document);
  const shown = <Part extends { readonly id: string }>(parts: readonly Part[]) =>
    parts.filter(({ id }) => !hidden.has(id));
  const bars = shown(document.frames).filter((frame) => !isOpen(frame));
  return {
    cards: [...shown(document.nodes).map(boxOfCard), ...bars.map(barOf)],
    notes: shown(document.notes).map(boxOf),
    frames: shown(document.frames).filter(isOpen).map(boxOf),
  };
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
  const { document } = graphStore.getState();
  const { nodes, frames, wires } = document;
  const hidden = hiddenIn(document);
  const heights = new Map([
    ...nodes.map((node) => [node.id, portHeights(node)] as const),
    ...frames.map(({ id }) => [id, BAR_HEIGHTS] as const),
  ]);
  const heightOf = (direction: string, { port }: PortReference, at: string) =>
    heights.get(at)?.get(`${direction} ${port}`) ?? heights.get(at)?.get(direction) ?? FIRST_PORT;
  const firstOf = (direction: string, node: string) => {
    const first = [...(heights.get(node) ?? [])].find(([name]) => name.startsWith(direction));
    return first?.[1] ?? FIRST_PORT;
  };
  return wires.flatMap((wire) => {
    const ends = seenEnds(wire, hidden);
    if (ends === null) return [];
    return {
      ...ends,
      from: heightOf("output", wire.source, ends.source),
      to: heightOf("input", wire.target, ends.target),
      rise: firstOf("output", ends.source) - firstOf("input", ends.target),
    };
  });
}

function portHeights(node: GraphNode): ReadonlyMap<string, number> {
  const isDot = node.kind === REROUTE;
  return new Map(
    portNamesOf(node).map((name, row) => [name, isDot ? GRID / 2 : FIRST_PORT + row * GRID] as const),
  );
}
