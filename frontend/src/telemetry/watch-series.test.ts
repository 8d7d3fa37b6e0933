import { describe, expect, it } from "vitest";
import { MOST_HISTOGRAMS, type Watched, WatchSeries } from "./watch-series";

function seen(mean: number | null, histogram: number[] = []): Watched {
  return {
    name: "h",
    node: "h",
    port: "output",
    what: "value",
    shown_as: histogram.length > 0 ? "histogram" : "number",
    shape: [2],
    mean,
    deviation: 1,
    lowest: -1,
    highest: 1,
    zeros: 0,
    not_finite: 0,
    histogram,
    picture: null,
  };
}

describe("WatchSeries", () => {
  it("keeps the mean of each look, and a gap where there was none", () => {
    const series = new WatchSeries(seen(1), 10);
    series.add(seen(null), 20);
    series.add(seen(3), 30);
    expect([...series.steps.view()]).toEqual([10, 20, 30]);
    expect([...series.means.view()]).toEqual([1, Number.NaN, 3]);
    expect(series.latest.mean).toBe(3);
    expect(series.histograms).toEqual([]);
  });

  it("thins the histograms of a long run evenly, from its start to now", () => {
    const series = new WatchSeries(seen(0, [1, 2]), 0);
    for (let step = 1; step < 1000; step++) series.add(seen(0, [1, 2]), step);
    const steps = series.histograms.map(({ step }) => step);
    expect(steps.length).toBeLessThanOrEqual(MOST_HISTOGRAMS);
    expect(steps.length).toBeGreaterThan(MOST_HISTOGRAMS / 2 - 1);
    expect(steps[0]).toBe(0);
    expect(new Set(steps.slice(1).map((step, place) => step - (steps[place] ?? 0)))).toEqual(new Set([8]));
  });

  it("forgets what is made anew by a run that is continued", () => {
    const series = new WatchSeries(seen(1, [1]), 1);
    for (const step of [2, 3, 4]) series.add(seen(step, [1]), step);
    series.forgetAfter(2);
    expect([...series.means.view()]).toEqual([1, 2]);
    expect(series.histograms.map(({ step }) => step)).toEqual([1, 2]);
  });
});
