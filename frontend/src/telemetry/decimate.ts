export interface Points {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/**
 * A curve as a screen of `columns` pixels can show it: in each column the lowest and the highest value, in the order
 * in which they came, so that no spike is lost. `y[i]` belongs to x = `first` + i. A gap (NaN) stays a gap.
 */
export function decimate(y: Float64Array, columns: number, first = 1, from = 0, to = y.length): Points {
  const start = Math.max(0, from);
  const end = Math.min(y.length, to);
  if (end - start <= 2 * columns) return everyPoint(y, first, start, end);
  const xs: number[] = [];
  const ys: (number | null)[] = [];
  for (let column = 0; column < columns; column++) {
    const begin = start + Math.floor(((end - start) * column) / columns);
    const stop = start + Math.floor(((end - start) * (column + 1)) / columns);
    for (const place of extremes(y, begin, stop)) {
      xs.push(first + place);
      ys.push(finite(y[place]));
    }
  }
  return { x: xs, y: ys };
}

/** The places to draw in [begin, stop): the lowest, the highest, and one that is no number, in their order. */
function extremes(y: Float64Array, begin: number, stop: number): number[] {
  let low = -1;
  let high = -1;
  let gap = -1;
  for (let place = begin; place < stop; place++) {
    const value = y[place] as number;
    if (!Number.isFinite(value)) gap = place;
    else {
      if (low < 0 || value < (y[low] as number)) low = place;
      if (high < 0 || value > (y[high] as number)) high = place;
    }
  }
  return [...new Set([low, high, gap])].filter((place) => place >= 0).sort((a, b) => a - b);
}

function everyPoint(y: Float64Array, first: number, start: number, end: number): Points {
  const xs: number[] = [];
  const ys: (number | null)[] = [];
  for (let place = start; place < end; place++) {
    xs.push(first + place);
    ys.push(finite(y[place]));
  }
  return { x: xs, y: ys };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
