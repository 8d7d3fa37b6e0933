import { describe, expect, it } from "vitest";
import { cellsOf, rangeOf } from "./histogram-cells";

describe("histograms over time", () => {
  const narrow = { step: 1, lowest: 0, highest: 1, counts: [4, 4] };
  const wide = { step: 2, lowest: -1, highest: 3, counts: [0, 8, 0, 2] };

  it("lie on one scale of values", () => {
    expect(rangeOf([narrow, wide])).toEqual({ lowest: -1, highest: 3 });
    const { columns, rows } = cellsOf([narrow, wide]);
    const filled = columns.map((cells) =>
      cells.map((cell, row) => (cell > 0 ? row : -1)).filter((row) => row >= 0),
    );
    expect([filled[0]?.at(0), filled[0]?.at(-1)]).toEqual([rows / 4, rows / 2 - 1]);
    expect([filled[1]?.at(0), filled[1]?.at(-1)]).toEqual([rows / 4, rows - 1]);
  });

  it("are darkest where most numbers are, and never invisible where there are some", () => {
    const { columns, rows } = cellsOf([wide]);
    const cells = columns[0] ?? [];
    expect(cells[rows / 4]).toBeCloseTo(1);
    expect(cells.at(-1)).toBeCloseTo(0.08 + 0.92 / 4);
    expect(cells[0]).toBe(0);
  });

  it("show what is all one number", () => {
    const [cells = []] = cellsOf([{ step: 1, lowest: 5, highest: 5, counts: [9, 0] }]).columns;
    expect(cells.some((cell) => cell === 1)).toBe(true);
    expect(cells.every(Number.isFinite)).toBe(true);
  });
});
