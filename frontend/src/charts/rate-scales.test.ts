import { describe, expect, it } from "vitest";
import { decades, scalesOf, strokeOf } from "./rate-scales";

const BOX = { left: 0, right: 400, top: 0, bottom: 100 };
const at = (losses: readonly (number | null)[]) =>
  losses.map((loss, place) => ({ rate: 10 ** (place - 4), loss }));

describe("losses over learning rates", () => {
  it("puts each power of ten as far from the next", () => {
    const { x, range } = scalesOf(at([2, 1.5, 1, 1, 2]), BOX);
    expect(range).toEqual({ min: 1e-4, max: 1 });
    expect([1e-4, 1e-3, 1e-2, 1e-1, 1].map((rate) => Math.round(x(rate)))).toEqual([0, 100, 200, 300, 400]);
    expect(decades(range).map((rate) => rate.toPrecision(1))).toEqual(
      [1e-4, 1e-3, 1e-2, 1e-1, 1].map((rate) => rate.toPrecision(1)),
    );
    expect(decades({ min: 2e-3, max: 5e-2 })).toEqual([0.01]);
  });

  it("keeps the fall large where the loss shoots up at the end", () => {
    const { y, lossRange } = scalesOf(at([2, 1, 500]), BOX);
    expect(lossRange.isCut).toBe(true);
    expect(y(1)).toBeGreaterThan(90);
    expect(y(2)).toBeLessThan(45);
    expect(scalesOf(at([2, 1.9, 1]), BOX).lossRange.isCut).toBe(false);
  });

  it("draws a loss that never changes", () => {
    const { y } = scalesOf(at([0, 0, 0]), BOX);
    expect(Number.isFinite(y(0))).toBe(true);
  });

  it("leaves a gap where a loss was not a number", () => {
    const path = strokeOf(
      at([1, null, 2, 3]),
      (rate) => Math.log10(rate),
      (loss) => loss,
    );
    expect(path).toBe("M-4.0 1.0M-2.0 2.0L-1.0 3.0");
  });
});
