import { describe, expect, it } from "vitest";
import { Pace } from "./pace";

describe("Pace", () => {
  it("knows nothing until two reports are apart in time", () => {
    const pace = new Pace();
    expect(pace.stepsPerSecond).toBeNull();
    pace.report(10, 100);
    pace.report(10, 200);
    expect(pace.stepsPerSecond).toBeNull();
    expect(pace.timeLeft(200, 1000)).toBeNull();
  });

  it("follows the recent past, not the whole run", () => {
    const pace = new Pace(8);
    for (let second = 0; second <= 100; second++) pace.report(second, second * 10);
    for (let second = 101; second <= 120; second++) pace.report(second, 1000 + (second - 100) * 50);
    expect(pace.stepsPerSecond).toBeCloseTo(50, 5);
    expect(pace.timeLeft(2000, 3000)).toBeCloseTo(20, 5);
  });

  it("does not count a pause", () => {
    const pace = new Pace();
    pace.report(0, 0);
    pace.report(1, 100);
    pace.restart();
    pace.report(1000, 100);
    pace.report(1001, 200);
    expect(pace.stepsPerSecond).toBeCloseTo(100);
  });

  it("never promises a negative time", () => {
    const pace = new Pace();
    pace.report(0, 0);
    pace.report(1, 10);
    expect(pace.timeLeft(20, 10)).toBe(0);
  });
});
