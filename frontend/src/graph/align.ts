import { GRID, type Position } from "./types";

/** Something on the canvas with its size, in pixels at zoom 1. */
export interface Box extends Position {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export type Edge = "left" | "center" | "right" | "top" | "middle" | "bottom";
export type Direction = "across" | "down";
export type Places = ReadonlyMap<string, Position>;

/** The smallest box around some others. */
export function around(boxes: readonly Omit<Box, "id">[]): Omit<Box, "id"> {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const width = Math.max(...boxes.map((box) => box.x + box.width)) - x;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) - y;
  return boxes.length === 0 ? { x: 0, y: 0, width: 0, height: 0 } : { x, y, width, height };
}

/**
 * Where boxes go so that an edge or a middle of all lies on the same edge or middle of the box around them. They stay on
 * the grid: cards that share a row keep straight wires.
 */
export function align(boxes: readonly Box[], edge: Edge): Places {
  const { x, y, width, height } = around(boxes);
  const placed = (box: Box): Position => {
    switch (edge) {
      case "left":
        return { x, y: box.y };
      case "center":
        return { x: onGrid(x + (width - box.width) / 2), y: box.y };
      case "right":
        return { x: x + width - box.width, y: box.y };
      case "top":
        return { x: box.x, y };
      case "middle":
        return { x: box.x, y: onGrid(y + (height - box.height) / 2) };
      case "bottom":
        return { x: box.x, y: y + height - box.height };
    }
  };
  return new Map(boxes.map((box) => [box.id, placed(box)]));
}

/**
 * Where boxes go so that the gaps between neighbors are all the same, at least one grid step and a whole number of them.
 * The first stays where it is, and the last where it is to within what the rounding of the gaps adds up to.
 */
export function distribute(boxes: readonly Box[], direction: Direction): Places {
  const [start, length] = direction === "across" ? (["x", "width"] as const) : (["y", "height"] as const);
  const sorted = boxes.toSorted((a, b) => a[start] + a[length] / 2 - b[start] - b[length] / 2);
  const first = sorted[0];
  if (first === undefined) return new Map();
  const filled = sorted.reduce((sum, box) => sum + box[length], 0);
  const end = Math.max(...sorted.map((box) => box[start] + box[length]));
  const free = (end - first[start] - filled) / Math.max(1, sorted.length - 1);
  const gap = Math.max(GRID, onGrid(free));
  const places = new Map<string, Position>();
  let next = first[start];
  for (const box of sorted) {
    places.set(box.id, { x: box.x, y: box.y, [start]: next });
    next += box[length] + gap;
  }
  return places;
}

export function onGrid(length: number): number {
  return Math.round(length / GRID) * GRID + 0;
}

export function upToGrid(length: number): number {
  return Math.ceil(length / GRID) * GRID;
}
