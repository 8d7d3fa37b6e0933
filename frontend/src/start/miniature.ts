import type { GraphDocument, Report } from "../graph/types";

/** A graph drawn very small: boxes and wires in the coordinates of a picture of a given size. */
export interface Miniature {
  readonly boxes: readonly {
    readonly id: string;
    readonly kind: string;
    readonly x: number;
    readonly y: number;
  }[];
  readonly boxWidth: number;
  readonly boxHeight: number;
  readonly wires: readonly { readonly id: string; readonly path: string; readonly gradient: boolean }[];
}

const MARGIN = 12;
/** How far apart cards usually are on the canvas. */
const COLUMN = 280;
const ROW = 200;

/**
 * Places are scaled to the picture in each direction on its own, so that a long chain stays readable; boxes have one
 * size, as large as the closest columns and rows allow.
 */
export function miniatureOf(
  graph: GraphDocument,
  report: Report | null,
  width: number,
  height: number,
): Miniature {
  const across = spread(graph.nodes.map(({ position }) => position.x));
  const down = spread(graph.nodes.map(({ position }) => position.y));
  const boxWidth = clamp(((width - 2 * MARGIN) * COLUMN * 0.66) / (across.range + COLUMN), 7, 40);
  const boxHeight = clamp(((height - 2 * MARGIN) * ROW * 0.5) / (down.range + ROW), 6, 18);
  const place = scaled(across, width, boxWidth);
  const level = scaled(down, height, boxHeight);
  const boxes = graph.nodes.map(({ id, kind, position }) => ({
    id,
    kind,
    x: place(position.x),
    y: level(position.y),
  }));
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const gradient = new Set(
    report?.wires
      .filter(({ value }) => value?.carries_gradient)
      .map(({ target }) => `${target.node}.${target.port}`),
  );
  const wires = graph.wires.flatMap(({ source, target }) => {
    const from = byId.get(source.node);
    const to = byId.get(target.node);
    if (from === undefined || to === undefined) return [];
    const id = `${target.node}.${target.port}`;
    const start = { x: from.x + boxWidth, y: from.y + boxHeight / 2 };
    const end = { x: to.x, y: to.y + boxHeight / 2 };
    return [{ id, path: curve(start, end), gradient: gradient.has(id) }];
  });
  return { boxes, boxWidth, boxHeight, wires };
}

interface Spread {
  readonly low: number;
  readonly range: number;
}

function spread(values: readonly number[]): Spread {
  if (values.length === 0) return { low: 0, range: 0 };
  const low = Math.min(...values);
  return { low, range: Math.max(...values) - low };
}

/** From canvas to picture; what has no extent, or little, stays in the middle. */
function scaled({ low, range }: Spread, length: number, box: number): (value: number) => number {
  const room = length - 2 * MARGIN - box;
  const scale = range === 0 ? 0 : Math.min(room / range, box / 60);
  const start = (length - box - range * scale) / 2;
  return (value) => round(start + (value - low) * scale);
}

function curve(from: { x: number; y: number }, to: { x: number; y: number }): string {
  // A wire that leads back leaves and arrives in a small bow that stays inside the picture.
  const bend = to.x < from.x ? MARGIN : Math.max(6, (to.x - from.x) / 2);
  const [first, second] = [round(from.x + bend), round(to.x - bend)];
  return `M${round(from.x)} ${round(from.y)}C${first} ${round(from.y)} ${second} ${round(to.y)} ${round(to.x)} ${round(to.y)}`;
}

function clamp(value: number, low: number, high: number): number {
  return round(Math.min(high, Math.max(low, value)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
