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

function overlap(a: Reach, b: Reach): boolean {
  return a.from < b.to && b.from < a.to;
}
