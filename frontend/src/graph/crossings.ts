import type { Link } from "./layers";

const SWEEPS = 8;

/**
 * The columns, each in an order that lets few wires cross: every slot moves to the mean height of what it is connected to,
 * column by column to the right and back, and the best order that came up is kept.
 */
export function fewestCrossings(
  columns: readonly (readonly number[])[],
  links: readonly Link[],
  count: number,
): readonly (readonly number[])[] {
  const leftOf = Map.groupBy(links, ({ right }) => right);
  const rightOf = Map.groupBy(links, ({ left }) => left);
  const place = new Float64Array(count);
  const note = (column: readonly number[]) => {
    for (const [at, slot] of column.entries()) place[slot] = at;
  };
  let order = columns.map((column) => [...column]);
  order.forEach(note);
  let best = { order, crossings: crossingsOf(order, rightOf, place) };
  for (let sweep = 0; sweep < SWEEPS && best.crossings > 0; sweep += 1) {
    const toRight = sweep % 2 === 0;
    const sorted: number[][] = [...order];
    const walk = toRight ? [...order.keys()] : [...order.keys()].toReversed();
    for (const at of walk) {
      const pull = new Map((order[at] ?? []).map((slot) => [slot, pullOn(slot)]));
      const column = (order[at] ?? []).toSorted((a, b) => (pull.get(a) ?? 0) - (pull.get(b) ?? 0));
      sorted[at] = column;
      note(column);
    }
    function pullOn(slot: number): number {
      const linked = toRight ? leftOf.get(slot) : rightOf.get(slot);
      if (linked === undefined) return place[slot] ?? 0;
      // Ports of one card are apart, so that wires from it arrive in the order of its ports.
      const heights = linked.map(({ left, right, from, to }) =>
        toRight ? (place[left] ?? 0) + from / 10_000 : (place[right] ?? 0) + to / 10_000,
      );
      return heights.reduce((sum, height) => sum + height, 0) / heights.length;
    }
    order = sorted;
    const crossings = crossingsOf(order, rightOf, place);
    if (crossings < best.crossings) best = { order, crossings };
  }
  return best.order;
}

/** How many pairs of wires cross between neighboring columns. */
function crossingsOf(
  order: readonly (readonly number[])[],
  rightOf: ReadonlyMap<number, readonly Link[]>,
  place: Float64Array,
): number {
  let crossings = 0;
  for (const column of order) {
    const ends: number[] = [];
    for (const slot of column) {
      const leaving = (rightOf.get(slot) ?? []).toSorted((a, b) => a.from - b.from);
      const arriving = leaving.map(({ right, to }) => (place[right] ?? 0) + to / 10_000);
      for (const end of arriving) {
        const after = firstAbove(ends, end);
        crossings += ends.length - after;
        ends.splice(after, 0, end);
      }
    }
  }
  return crossings;
}

/** Where in a sorted list the first number above `limit` stands. */
function firstAbove(sorted: readonly number[], limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
