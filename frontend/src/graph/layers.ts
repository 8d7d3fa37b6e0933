import { upToGrid } from "./align";
import { fewestCrossings } from "./crossings";
import { settle } from "./settling";
import { GRID, type Position } from "./types";

/** What is laid out: cards, or whole frames; `wires` say where along the height of both they end. */
export interface Part {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface Flow {
  readonly source: string;
  readonly target: string;
  /** How far below the top of each the wire is fastened. */
  readonly from: number;
  readonly to: number;
  /** How far a short wire may rise so that two cards stand level, though one's first output is below the other's first input. */
  readonly rise?: number;
}

/** What stands in a column: a part, or the lane that a wire takes past a column. */
export interface Slot {
  readonly height: number;
  readonly isLane: boolean;
}

/** One step of a wire, from a slot of a column to one of the next. */
export interface Link {
  readonly left: number;
  readonly right: number;
  readonly from: number;
  readonly to: number;
  readonly rise: number;
}

const COLUMN_GAP = 4 * GRID;
const LANE: Slot = { height: GRID, isLane: true };

/**
 * Places for parts in columns by data flow: each wire leads to a column further right, except where wires run in circles.
 * Rows within a column are ordered for few crossings, beginning with the order that the parts come in; long wires get lanes
 * of their own, so that they run straight and not behind cards. All of it lies on the grid, from 0, 0.
 */
export function inColumns(parts: readonly Part[], flows: readonly Flow[]): ReadonlyMap<string, Position> {
  const number = new Map(parts.map((part, place) => [part.id, place]));
  const known = flows.flatMap((flow) => {
    const [source, target] = [number.get(flow.source), number.get(flow.target)];
    return source === undefined || target === undefined || source === target
      ? []
      : [{ ...flow, source, target }];
  });
  const forward = withoutCircles(parts.length, known);
  const columnOf = columnsOf(parts.length, forward);
  const slots: Slot[] = parts.map(({ height }) => ({ height: upToGrid(height), isLane: false }));
  const columns: number[][] = [];
  for (const [slot, column] of columnOf.entries()) {
    columns[column] ??= [];
    columns[column].push(slot);
  }
  const links = forward.flatMap(({ source, target, from, to, rise = 0 }) => {
    const steps: Link[] = [];
    let last = { slot: source, at: from };
    for (let column = (columnOf[source] ?? 0) + 1; column < (columnOf[target] ?? 0); column += 1) {
      const lane = slots.push(LANE) - 1;
      columns[column]?.push(lane);
      steps.push({ left: last.slot, right: lane, from: last.at, to: GRID / 2, rise: 0 });
      last = { slot: lane, at: GRID / 2 };
    }
    const isShort = steps.length === 0;
    return [...steps, { left: last.slot, right: target, from: last.at, to, rise: isShort ? rise : 0 }];
  });
  const ordered = fewestCrossings(columns, links, slots.length);
  const tops = settle(ordered, links, slots);
  const widths = columns.map((column) => Math.max(0, ...column.map((slot) => parts[slot]?.width ?? 0)));
  const lefts: number[] = [];
  let left = 0;
  for (const width of widths) {
    lefts.push(left);
    left += upToGrid(width) + COLUMN_GAP;
  }
  return new Map(
    parts.map(({ id }, slot) => [id, { x: lefts[columnOf[slot] ?? 0] ?? 0, y: tops[slot] ?? 0 }]),
  );
}

interface Step {
  readonly source: number;
  readonly target: number;
}

/** The wires that are left when those that close a circle are taken out. */
function withoutCircles<Wire extends Step>(count: number, wires: readonly Wire[]): Wire[] {
  const outOf = Map.groupBy(wires, ({ source }) => source);
  const closing = new Set<Wire>();
  const state = new Uint8Array(count);
  const [begun, done] = [1, 2];
  for (let start = 0; start < count; start += 1) {
    if (state[start] !== 0) continue;
    state[start] = begun;
    const stack = [{ node: start, next: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1) as { node: number; next: number };
      const wire = outOf.get(top.node)?.[top.next];
      top.next += 1;
      if (wire === undefined) {
        state[top.node] = done;
        stack.pop();
      } else if (state[wire.target] === begun) {
        closing.add(wire);
      } else if (state[wire.target] === 0) {
        state[wire.target] = begun;
        stack.push({ node: wire.target, next: 0 });
      }
    }
  }
  return wires.filter((wire) => !closing.has(wire));
}

/** As far left as the wires allow; what has no reason to be there stands right before what it feeds. */
function columnsOf(count: number, wires: readonly Step[]): readonly number[] {
  const into = Map.groupBy(wires, ({ target }) => target);
  const outOf = Map.groupBy(wires, ({ source }) => source);
  const waitingFor = Array.from({ length: count }, (_, node) => into.get(node)?.length ?? 0);
  const order = waitingFor.flatMap((missing, node) => (missing === 0 ? [node] : []));
  const columns = new Array<number>(count).fill(0);
  // The list grows while it is walked.
  for (const node of order) {
    for (const { target } of outOf.get(node) ?? []) {
      columns[target] = Math.max(columns[target] ?? 0, (columns[node] ?? 0) + 1);
      waitingFor[target] = (waitingFor[target] ?? 0) - 1;
      if (waitingFor[target] === 0) order.push(target);
    }
  }
  for (const node of order.toReversed()) {
    const fed = outOf.get(node) ?? [];
    if (fed.length === 0 || fed.length < (into.get(node)?.length ?? 0)) continue;
    columns[node] = Math.min(...fed.map(({ target }) => columns[target] ?? 0)) - 1;
  }
  return columns;
}
