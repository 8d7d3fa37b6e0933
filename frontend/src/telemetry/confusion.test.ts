import { describe, expect, it } from "vitest";
import { recall, shade, total, worstMistakes } from "./confusion";

const MATRIX = [
  [8, 2, 0],
  [1, 5, 4],
  [0, 0, 0],
];

describe("confusion matrix", () => {
  it("counts samples", () => expect(total(MATRIX)).toBe(20));

  it("gives the part of a class that was found", () => {
    expect([0, 1, 2].map((target) => recall(MATRIX, target))).toEqual([0.8, 0.5, null]);
  });

  it("lists mistakes, the worst first, and no right answers", () => {
    expect(worstMistakes(MATRIX, 2)).toEqual([
      { target: 1, taken: 2, count: 4 },
      { target: 0, taken: 1, count: 2 },
    ]);
    expect(worstMistakes([[3]], 5)).toEqual([]);
  });

  it("shades by the row", () => {
    expect(shade(MATRIX[1] ?? [], 2)).toBe(0.4);
    expect(shade(MATRIX[2] ?? [], 2)).toBe(0);
  });
});
