/** What a confusion matrix says. Row i counts the samples of class i, by the class that they were taken for. */
export type Confusion = readonly (readonly number[])[];

export interface Mistake {
  readonly target: number;
  readonly taken: number;
  readonly count: number;
}

export function total(matrix: Confusion): number {
  return matrix.reduce((sum, row) => sum + rowTotal(row), 0);
}

export function rowTotal(row: readonly number[]): number {
  return row.reduce((sum, count) => sum + count, 0);
}

/** Of the samples of a class, the part that was taken for it; null for a class without samples. */
export function recall(matrix: Confusion, target: number): number | null {
  const row = matrix[target] ?? [];
  const samples = rowTotal(row);
  return samples === 0 ? null : (row[target] ?? 0) / samples;
}

/** The most frequent mistakes, the worst first. */
export function worstMistakes(matrix: Confusion, count: number): readonly Mistake[] {
  return matrix
    .flatMap((row, target) => row.map((count, taken) => ({ target, taken, count })))
    .filter(({ target, taken, count }) => target !== taken && count > 0)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, count);
}

/** How dark a cell is, from 0 to 1: its part of its row, so that rare classes are seen as well. */
export function shade(row: readonly number[], taken: number): number {
  const samples = rowTotal(row);
  return samples === 0 ? 0 : (row[taken] ?? 0) / samples;
}
