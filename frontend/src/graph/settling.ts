import type { Link, Slot } from "./layers";
import { GRID } from "./types";

const ROUNDS = 24;
const CARD_GAP = 2 * GRID;
/** A long wire is straight before a short one is. */
const PULL = { short: 1, toLane: 2, lane: 8 } as const;

/**
 * How far down each slot stands. Each wire pulls both its ends to one height; within a column the order and the gaps hold.
 * That is a least squares problem, solved column by column, over and over.
 */
export function settle(
  columns: readonly (readonly number[])[],
  links: readonly Link[],
  slots: readonly Slot[],
): readonly number[] {
  const tops = new Array<number>(slots.length).fill(0);
  const leftOf = Map.groupBy(links, ({ right }) => right);
  const rightOf = Map.groupBy(links, ({ left }) => left);
  const steps = columns.map((column) => offsetsIn(column, slots));
  for (const [at, column] of columns.entries()) {
    for (const [row, slot] of column.entries()) tops[slot] = steps[at]?.[row] ?? 0;
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const walk = round % 2 === 0 ? [...columns.keys()] : [...columns.keys()].toReversed();
    for (const at of walk) {
      const column = columns[at] ?? [];
      const offsets = steps[at] ?? [];
      const wanted = column.map((slot, row) => {
        const { height, weight } = wish(slot, leftOf, rightOf, slots, tops);
        return { height: height - (offsets[row] ?? 0), weight };
      });
      for (const [row, height] of risingFit(wanted).entries()) {
        tops[column[row] as number] = height + (offsets[row] ?? 0);
      }
    }
  }
  const highest = tops.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  // Rounding keeps what is a whole number of grid steps apart from coming closer.
  return tops.map((top) => Math.round((top - highest) / GRID) * GRID);
}

/** How far below the first slot of a column each other one stands at least. */
function offsetsIn(column: readonly number[], slots: readonly Slot[]): number[] {
  const offsets: number[] = [];
  let next = 0;
  for (const [row, slot] of column.entries()) {
    offsets.push(next);
    const [here, below] = [slots[slot], slots[column[row + 1] ?? -1]];
    next +=
      (here?.height ?? 0) +
      (here?.isLane && below?.isLane ? 0 : here?.isLane || below?.isLane ? GRID : CARD_GAP);
  }
  return offsets;
}

interface Wish {
  readonly height: number;
  readonly weight: number;
}

/** Where the wires of a slot would have it, and how strongly. */
function wish(
  slot: number,
  leftOf: ReadonlyMap<number, readonly Link[]>,
  rightOf: ReadonlyMap<number, readonly Link[]>,
  slots: readonly Slot[],
  tops: readonly number[],
): Wish {
  let [sum, weight] = [0, 0];
  const pullTo = (other: number, height: number) => {
    const lanes = Number(slots[slot]?.isLane) + Number(slots[other]?.isLane);
    const pull = lanes === 2 ? PULL.lane : lanes === 1 ? PULL.toLane : PULL.short;
    sum += pull * height;
    weight += pull;
  };
  for (const { left, from, to, rise } of leftOf.get(slot) ?? [])
    pullTo(left, (tops[left] ?? 0) + from - to - rise);
  for (const { right, from, to, rise } of rightOf.get(slot) ?? [])
    pullTo(right, (tops[right] ?? 0) + to - from + rise);
  return weight === 0 ? { height: tops[slot] ?? 0, weight: 0.01 } : { height: sum / weight, weight };
}

/** The numbers that never fall and are closest to the wished ones: neighbors that would fall are pooled to their mean. */
function risingFit(wished: readonly Wish[]): number[] {
  const pools: { height: number; weight: number; size: number }[] = [];
  for (const { height, weight } of wished) {
    let pool = { height, weight, size: 1 };
    for (let last = pools.at(-1); last !== undefined && last.height > pool.height; last = pools.at(-1)) {
      pools.pop();
      const together = last.weight + pool.weight;
      pool = {
        height: (last.height * last.weight + pool.height * pool.weight) / together,
        weight: together,
        size: last.size + pool.size,
      };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ height, size }) => new Array<number>(size).fill(height));
}
