import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimate } from "./decimate";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe("decimate", () => {
  it("keeps every point of a short curve", () => {
    expect(decimate(Float64Array.of(3, 1, 2), 10)).toEqual({ x: [1, 2, 3], y: [3, 1, 2] });
  });

  it("keeps the lowest and the highest value, in order, within twice as many points as columns", () => {
    fc.assert(
      fc.property(
        fc.array(finite, { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 50 }),
        (all, columns) => {
          const { x, y } = decimate(Float64Array.from(all), columns);
          const kept = y.filter((value) => value !== null);
          expect(Math.min(...kept)).toBe(Math.min(...all));
          expect(Math.max(...kept)).toBe(Math.max(...all));
          expect(x.length).toBeLessThanOrEqual(2 * columns);
          expect(x.every((value, place) => place === 0 || value > (x[place - 1] as number))).toBe(true);
          expect(x.every((value, place) => all[value - 1] === y[place])).toBe(true);
        },
      ),
    );
  });

  it("does not close a gap", () => {
    const curve = new Float64Array(1000).fill(1).fill(Number.NaN, 400, 500);
    const { x, y } = decimate(curve, 10);
    expect(
      y.some((value, place) => value === null && (x[place] as number) > 400 && (x[place] as number) <= 500),
    ).toBe(true);
  });

  it("shows only the asked range, with the right steps", () => {
    const curve = Float64Array.from({ length: 100 }, (_, place) => place);
    expect(decimate(curve, 5, 1, 50, 60)).toEqual({
      x: Array.from({ length: 10 }, (_, place) => 51 + place),
      y: Array.from({ length: 10 }, (_, place) => 50 + place),
    });
  });
});
