import { describe, expect, it } from "vitest";
import { labelLines } from "./label-lines";

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
