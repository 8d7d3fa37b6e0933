import { describe, expect, it } from "vitest";
import type { LoggedEvent, RunEvent } from "../net/types";
import { RunTelemetry } from "../telemetry/run-telemetry";
import { csvOf, tableOf } from "./export";
import { lossSource, metricSource } from "./run-curves";

let seq = 0;
const logged = (event: RunEvent): LoggedEvent => ({ seq: ++seq, event });

/** A fast run does not measure every epoch. */
const EPOCHS = [1, 5, 9];

function trained(): RunTelemetry {
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
      total_steps: 6,
      steps_per_epoch: 2,
      optimizers: ["loss"],
      metrics: ["accuracy, top 1"],
      samples: { train: 4, validation: 2 },
      normalization: [],
    }),
    logged({
      type: "steps",
      time: 1,
      first_step: 1,
      losses: { loss: [6, 5, 4, 3, null, 1] },
      learning_rates: { loss: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1] },
      samples_per_second: null,
      diverged: true,
      stride: 1,
      count: null,
      diverged_at: null,
    }),
  ]);
  [0.9, 0.2, 0.4].forEach((loss, place) => {
    run.receive([
      logged({
        type: "epoch",
        time: 2 + place,
        epoch: EPOCHS[place] ?? 0,
        step: 2 * (place + 1),
        losses: { train: { loss: 1 }, validation: { loss } },
        metrics: { train: { "accuracy, top 1": 0.5 }, validation: { "accuracy, top 1": 0.25 } },
        confusion: {},
        best: place < 2,
      }),
    ]);
  });
  return run;
}

describe("a run's curves", () => {
  it("put training and validation side by side", () => {
    const { columns, rows } = tableOf(lossSource(trained(), 0), 100);
    expect(columns).toEqual(["train", "validation"]);
    expect(rows).toEqual([
      [1, 6, null],
      [2, 5, 0.9],
      [3, 4, null],
      [4, 3, 0.2],
      [5, null, null],
      [6, 1, 0.4],
    ]);
  });

  it("mark the best epoch, by its own number, on losses and metrics", () => {
    const run = trained();
    for (const source of [lossSource(run, 0), metricSource(run)]) {
      expect(source.marks()).toEqual([{ step: 4, text: "best: epoch 5" }]);
    }
  });

  it("keep the raw values behind smoothed ones, out of the table", () => {
    const source = lossSource(trained(), 0.6);
    expect(source.curves.map(({ background }) => Boolean(background))).toEqual([true, false, false]);
    expect(tableOf(source, 100).columns).toEqual(["train", "validation"]);
  });

  it("write a CSV with quoted headings and empty cells for what is not there", () => {
    const source = metricSource(trained());
    expect(csvOf(source, "step")).toBe("step,train,validation\n2,0.5,0.25\n4,0.5,0.25\n6,0.5,0.25\n");
    expect(csvOf(lossSource(trained(), 0), 'a "step", counted')).toMatch(
      /^"a ""step"", counted",train,validation\n1,6,\n/,
    );
  });

  it("read the value under the pointer", () => {
    const [train, validation] = lossSource(trained(), 0).curves;
    expect(train?.valueAt(3.2)).toBe(4);
    expect(train?.valueAt(5)).toBeNull();
    expect(validation?.valueAt(5.9)).toBe(0.2);
    expect(validation?.valueAt(1)).toBeNull();
  });
});
