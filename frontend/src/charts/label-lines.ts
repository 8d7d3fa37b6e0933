/** From where to where a label reaches along the chart. */
export interface Reach {
  readonly from: number;
  readonly to: number;
}

/**
 * On which line each label is written, counted from the top, so that none is written over another: the first with room.
 * Null for a label that has no room on any line.
 */
export function labelLines(labels: readonly Reach[], lines: number): (number | null)[] {
  const written: Reach[][] = Array.from({ length: lines }, () => []);
  return labels.map((label) => {
    const line = written.findIndex((others) => others.every((other) => !overlap(label, other)));
    written[line]?.push(label);
    return line < 0 ? null : line;
  });
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Whether a line through these points, in order along the chart, runs through a strip of it. */
export function crosses(line: readonly Point[], reach: Reach, top: number, bottom: number): boolean {
  return line.some((point, place) => {
    const next = line[place + 1] ?? point;
    if (point.x > reach.to || next.x < reach.from) return false;
    const [start, end] = [heightAt(point, next, reach.from), heightAt(point, next, reach.to)];
    return Math.min(start, end) <= bottom && Math.max(start, end) >= top;
  });
}

/** Of the piece between two points, held at its ends outside of them. */
function heightAt(from: Point, to: Point, x: number): number {
  if (to.x <= from.x) return from.y;
  const share = Math.max(0, Math.min(1, (x - from.x) / (to.x - from.x)));
  return from.y + share * (to.y - from.y);
}

function overlap(a: Reach, b: Reach): boolean {
  return a.from < b.to && b.from < a.to;
}
