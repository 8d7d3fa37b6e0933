import { describe, expect, it, vi } from "vitest";
import type { LoggedEvent, RunEvent } from "../net/types";
import { RunTelemetry } from "../telemetry/run-telemetry";
import { comparedLosses, comparedMetrics } from "./compared-curves";
import { tableOf } from "./export";

let seq = 0;
const logged = (event: RunEvent): LoggedEvent => ({ seq: ++seq, event });

function trained(losses: number[], validation: number): RunTelemetry {
  const run = new RunTelemetry();
  run.receive([
    logged({
      type: "started",
      time: 0,
      backend: "numpy",
      device: "cpu",
      dtype: "float32",
      parameters: 1,
      step: 0,
      memory: null,
      total_steps: losses.length,
      steps_per_epoch: losses.length,
      optimizers: ["loss"],
      metrics: ["accuracy"],
      samples: { train: 4, validation: 2 },
      normalization: [],
    }),
    logged({
      type: "steps",
      time: 1,
      first_step: 1,
      losses: { loss: losses },
      learning_rates: { loss: 0.1 },
      stride: 1,
      count: null,
      diverged_at: null,
      samples_per_second: null,
      diverged: false,
    }),
    logged({
      type: "epoch",
      time: 2,
      epoch: 1,
      step: losses.length,
      losses: { train: { loss: 1 }, validation: { loss: validation } },
      metrics: { train: { accuracy: 0.5 }, validation: { accuracy: validation / 10 } },
      confusion: {},
      best: true,
    }),
  ]);
  return run;
}

describe("compared runs", () => {
  const runs = [
    { name: "run 2", run: trained([3, 2], 5) },
    { name: "run 1", run: trained([9, 8, 7], 6) },
  ];

  it("lie on one chart, each with its own color, as long as the longest", () => {
    const source = comparedLosses(runs, 0);
    expect(tableOf(source, 100)).toEqual({
      columns: ["run 2", "run 2, validation", "run 1", "run 1, validation"],
      rows: [
        [1, 3, null, 9, null],
        [2, 2, 5, 8, null],
        [3, null, null, 7, 6],
      ],
    });
    const colors = source.curves.map(({ color }) => color);
    expect(colors[0]).toBe(colors[1]);
    expect(colors[1]).not.toBe(colors[2]);
    expect(source.extent()).toEqual({ min: 1, max: 3 });
  });

  it("have curves with ids of their own, or one would take the place of another", () => {
    for (const { curves } of [comparedLosses(runs, 0.5), comparedMetrics(runs)]) {
      expect(new Set(curves.map(({ id }) => id)).size).toBe(curves.length);
    }
  });

  it("draw anew when any of them tells more, until nobody looks", () => {
    const listener = vi.fn();
    const leave = comparedMetrics(runs).subscribe(listener);
    for (const { run } of runs) run.receive([logged({ type: "message", time: 0, level: "info", text: "" })]);
    expect(listener).toHaveBeenCalledTimes(2);
    leave();
    runs[0]?.run.receive([logged({ type: "message", time: 0, level: "info", text: "" })]);
    expect(listener).toHaveBeenCalledTimes(2);
  });
});
