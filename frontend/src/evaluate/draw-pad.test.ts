import { describe, expect, it } from "vitest";
import { strokeOf } from "./draw-pad";

const blank = new Array<number>(64).fill(0);
const size = { width: 8, height: 8 };

describe("strokeOf", () => {
  it("inks the line and leaves the rest", () => {
    const drawn = strokeOf(blank, size, { x: 4, y: 0 }, { x: 4, y: 8 }, 16);
    for (let row = 0; row < 8; row++) {
      expect(drawn[row * 8 + 3]).toBeGreaterThan(10);
      expect(drawn[row * 8]).toBe(0);
      expect(drawn[row * 8 + 7]).toBe(0);
    }
  });

  it("never goes beyond full ink, however often one draws over it", () => {
    let drawn: number[] = blank;
    for (let turn = 0; turn < 10; turn++) drawn = strokeOf(drawn, size, { x: 1, y: 1 }, { x: 7, y: 7 }, 16);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(16);
  });

  it("rubs out with no ink", () => {
    const full = new Array<number>(64).fill(16);
    const rubbed = strokeOf(full, size, { x: 4, y: 4 }, { x: 4, y: 4 }, 0);
    expect(rubbed[3 * 8 + 3]).toBeLessThan(8);
    expect(rubbed[0]).toBe(16);
  });
});
