import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SmoothedView, Smoother } from "./smooth";

describe("Smoother", () => {
  it("starts at the first value and stays on a constant", () => {
    const smoother = new Smoother(0.9);
    for (let step = 0; step < 20; step++) expect(smoother.next(7)).toBeCloseTo(7, 10);
  });

  it("keeps between the smallest and the largest value so far", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (values, weight) => {
          const smoother = new Smoother(weight);
          let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
          for (const value of values) {
            [low, high] = [Math.min(low, value), Math.max(high, value)];
            const smoothed = smoother.next(value);
            expect(smoothed).toBeGreaterThanOrEqual(low - 1e-6);
            expect(smoothed).toBeLessThanOrEqual(high + 1e-6);
          }
        },
      ),
    );
  });

  it("goes on after a gap as if it had not been", () => {
    const [through, around] = [new Smoother(0.8), new Smoother(0.8)];
    through.next(1);
    around.next(1);
    expect(through.next(Number.NaN)).toBeNaN();
    expect(through.next(3)).toBe(around.next(3));
  });
});

describe("SmoothedView", () => {
  it("gives the same whether the curve came at once or bit by bit", () => {
    const raw = Float64Array.from({ length: 1000 }, (_, place) => Math.sin(place));
    const bitByBit = new SmoothedView(0.95);
    for (let end = 0; end <= 1000; end += 100) bitByBit.update(raw.subarray(0, end));
    expect(bitByBit.update(raw)).toEqual(new SmoothedView(0.95).update(raw));
  });
});
