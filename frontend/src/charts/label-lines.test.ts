import { describe, expect, it } from "vitest";
import { crosses, labelLines } from "./label-lines";

describe("labelLines", () => {
  it("leaves labels that stand apart on one line", () => {
    expect(
      labelLines(
        [
          { from: 0, to: 10 },
          { from: 10, to: 20 },
        ],
        3,
      ),
    ).toEqual([0, 0]);
  });

  it("puts a label that would overlap on the next line, and goes back up where there is room", () => {
    const labels = [
      { from: 0, to: 10 },
      { from: 5, to: 15 },
      { from: 8, to: 18 },
      { from: 12, to: 22 },
    ];
    expect(labelLines(labels, 3)).toEqual([0, 1, 2, 0]);
  });

  it("leaves out what has no room on any line", () => {
    const same = { from: 0, to: 10 };
    expect(labelLines([same, same, same], 2)).toEqual([0, 1, null]);
  });
});

describe("crosses", () => {
  const rising = [
    { x: 0, y: 100 },
    { x: 50, y: 20 },
    { x: 100, y: 10 },
  ];

  it("sees points in a strip, and pieces of the line that lead through it", () => {
    expect(crosses(rising, { from: 60, to: 100 }, 0, 20)).toBe(true);
    expect(crosses(rising, { from: 10, to: 30 }, 60, 70)).toBe(true);
    expect(crosses(rising, { from: 60, to: 100 }, 80, 100)).toBe(false);
    expect(crosses(rising, { from: 0, to: 10 }, 0, 20)).toBe(false);
  });

  it("sees nothing where the line is not, nor in a line without points", () => {
    expect(crosses(rising, { from: 110, to: 140 }, 0, 100)).toBe(false);
    expect(crosses([], { from: 0, to: 10 }, 0, 100)).toBe(false);
  });
});
