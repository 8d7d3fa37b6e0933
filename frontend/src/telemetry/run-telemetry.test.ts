import { describe, expect, it, vi } from "vitest";
import type { LoggedEvent, RunEvent } from "../net/types";
import { samplesPerSecond } from "./run-facts";
import { RunTelemetry } from "./run-telemetry";

let seq = 0;
const logged = (event: RunEvent): LoggedEvent => ({ seq: ++seq, event });

const started = logged({
  type: "started",
  time: 0,
  backend: "numpy",
  device: "cpu",
  dtype: "float32",
  parameters: 2,
  step: 0,
  memory: null,
  total_steps: 100,
  steps_per_epoch: 10,
  optimizers: ["loss"],
  metrics: ["accuracy"],
  samples: { train: 70, validation: 15 },
  normalization: [],
});

function steps(first: number, losses: (number | null)[], time = first): LoggedEvent {
  return logged({
    type: "steps",
    time,
    first_step: first,
    losses: { loss: losses },
    learning_rates: { loss: 0.1 },
    samples_per_second: 640,
    diverged: losses.includes(null),
    stride: 1,
    count: null,
    diverged_at: null,
  });
}

describe("RunTelemetry", () => {
  it("knows how far the compilation is until the first step may come", () => {
    const run = new RunTelemetry();
    run.receive([logged({ type: "state", time: 0, state: "starting", reason: "" })]);
    expect(run.facts.compiling).toBeNull();
    run.receive([
      logged({ type: "compiling", time: 0, done: 1, total: 40 }),
      logged({ type: "compiling", time: 0, done: 12, total: 40 }),
    ]);
    expect(run.facts.compiling).toEqual({ done: 12, total: 40 });
    expect(run.log).toHaveLength(1);
    run.receive([started, logged({ type: "state", time: 0, state: "running", reason: "" })]);
    expect(run.facts.compiling).toBeNull();
  });

  it("knows that a running run compiles for a batch of another size", () => {
    const run = new RunTelemetry();
    run.receive([started, logged({ type: "compiling", time: 0, done: 3, total: 9 })]);
    expect(run.facts.compiling).toEqual({ done: 3, total: 9 });
    run.receive([steps(1, [2])]);
    expect(run.facts.compiling).toBeNull();
  });

  it("knows where a run stands", () => {
    const run = new RunTelemetry();
    run.receive([
      logged({ type: "state", time: 0, state: "running", reason: "" }),
      started,
      steps(1, [3, 2, 1], 10),
      steps(4, [0.5], 10.5),
      steps(5, [0.25, 0.125], 11),
    ]);
    expect(run.facts).toMatchObject({
      state: "running",
      step: 6,
      totalSteps: 100,
      device: "cpu",
      losses: { loss: 0.125 },
      learningRates: { loss: 0.1 },
      divergedAt: null,
    });
    expect([...(run.losses.get("loss")?.view() ?? [])]).toEqual([3, 2, 1, 0.5, 0.25, 0.125]);
    expect(run.facts.stepsPerSecond).toBeCloseTo(3);
    expect(samplesPerSecond(run.facts)).toBeCloseTo(21);
    expect(run.facts.secondsLeft).toBeCloseTo(94 / 3);
  });

  it("spreads a rate that held for all steps, and takes those that did not one by one", () => {
    const run = new RunTelemetry();
    const changing = logged({
      type: "steps",
      time: 2,
      first_step: 3,
      losses: { loss: [1, 1] },
      learning_rates: { loss: [0.05, 0.02] },
      samples_per_second: null,
      diverged: false,
      stride: 1,
      count: null,
      diverged_at: null,
    });
    run.receive([started, steps(1, [2, 2]), changing]);
    expect([...(run.learningRates.get("loss")?.view() ?? [])]).toEqual([0.1, 0.1, 0.05, 0.02]);
    expect(run.facts.learningRates).toEqual({ loss: 0.02 });
  });

  it("marks the best epoch so far, and only that one", () => {
    const run = new RunTelemetry();
    const epoch = (number: number, best: boolean) =>
      logged({
        type: "epoch",
        time: number,
        epoch: number,
        step: 10 * number,
        losses: { train: { loss: 1 } },
        metrics: {},
        confusion: {},
        best,
      });
    run.receive([started, epoch(1, true), epoch(2, true), epoch(3, false)]);
    expect(run.facts.bestEpoch).toBe(2);
    expect(run.marks).toEqual([{ step: 20, text: "best: epoch 2" }]);
  });

  it("takes the best epoch from the result where the log did not tell it", () => {
    const run = new RunTelemetry();
    run.receive([
      logged({
        type: "result",
        time: 2,
        step: 120,
        losses: {},
        metrics: {},
        confusion: {},
        outputs: {},
        best_epoch: 7,
        best_step: 70,
        kept: "best",
      }),
    ]);
    expect(run.facts.bestEpoch).toBe(7);
    expect(run.marks).toEqual([{ step: 70, text: "best: epoch 7" }]);
  });

  it("forgets what came after the checkpoint from which a run is continued", () => {
    const run = new RunTelemetry();
    const epoch = (number: number) =>
      logged({
        type: "epoch",
        time: number,
        epoch: number,
        step: 2 * number,
        losses: { train: { loss: number } },
        metrics: {},
        confusion: {},
        best: false,
      });
    run.receive([started, steps(1, [4, 3]), epoch(1), steps(3, [9, null]), epoch(2)]);
    expect(run.facts.divergedAt).toBe(4);
    if (started.event.type !== "started") throw new Error("not a start");
    run.receive([logged({ ...started.event, step: 2 })]);
    expect(run.facts).toMatchObject({ step: 2, divergedAt: null });
    expect([...(run.losses.get("loss")?.view() ?? [])]).toEqual([4, 3]);
    expect([...(run.epochs.get("loss/loss/train")?.values.view() ?? [])]).toEqual([1]);
    run.receive([steps(3, [2])]);
    expect([...(run.losses.get("loss")?.view() ?? [])]).toEqual([4, 3, 2]);
  });

  it("says at which step a loss stopped being a number", () => {
    const run = new RunTelemetry();
    run.receive([steps(1, [1, 2]), steps(3, [4, null, null])]);
    expect(run.facts.divergedAt).toBe(4);
    expect(run.facts.losses["loss"]).toBeNull();
    expect(run.losses.get("loss")?.at(3)).toBeNaN();
  });

  it("shows where a run is and diverged although losses were left out", () => {
    const run = new RunTelemetry();
    const thinned = logged({
      type: "steps",
      time: 2,
      first_step: 11,
      losses: { loss: [8, null, 1] },
      learning_rates: { loss: [0.5, 0.25, 0.125] },
      samples_per_second: null,
      diverged: true,
      stride: 4,
      count: 11,
      diverged_at: 17,
    });
    run.receive([started, thinned]);
    expect(run.facts).toMatchObject({
      step: 21,
      losses: { loss: 1 },
      learningRates: { loss: 0.125 },
      divergedAt: 17,
    });
    expect(run.losses.get("loss")?.at(17)).toBeNaN();
    expect([18, 20, 21].map((place) => run.losses.get("loss")?.at(place))).toEqual([1, 1, Number.NaN]);
  });

  it("keeps train and validation apart", () => {
    const run = new RunTelemetry();
    for (const epoch of [1, 2]) {
      run.receive([
        logged({
          type: "epoch",
          time: epoch,
          epoch,
          step: epoch * 10,
          losses: { train: { loss: 1 / epoch }, validation: { loss: 2 / epoch } },
          metrics: { train: { accuracy: 0.5 }, validation: { accuracy: null } },
          confusion: {},
          best: false,
        }),
      ]);
    }
    const validation = run.epochs.get("loss/loss/validation");
    expect([...(validation?.steps.view() ?? [])]).toEqual([10, 20]);
    expect([...(validation?.values.view() ?? [])]).toEqual([2, 1]);
    expect(run.epochs.get("metric/accuracy/validation")?.values.at(0)).toBeNaN();
    expect(run.facts.epoch).toBe(2);
  });

  it("has the newest metrics, and those of the test data at the end", () => {
    const run = new RunTelemetry();
    const losses = { train: { loss: 1 }, validation: { loss: 1 } };
    const metrics = { train: { accuracy: 0.5 }, validation: { accuracy: 0.4 } };
    run.receive([
      logged({ type: "epoch", time: 1, epoch: 1, step: 10, losses, metrics, confusion: {}, best: false }),
    ]);
    expect(run.facts.figures).toEqual(metrics);
    const test = { test: { accuracy: 0.45 } };
    run.receive([
      logged({
        type: "result",
        time: 2,
        step: 12,
        losses: {},
        metrics: test,
        confusion: {},
        best_epoch: null,
        best_step: null,
        kept: "last",
        outputs: {},
      }),
    ]);
    expect(run.facts.figures).toEqual({ ...metrics, ...test });
    expect(run.facts.step).toBe(12);
  });

  it("keeps one line in the log for weights that are saved again and again", () => {
    const run = new RunTelemetry();
    for (const step of [10, 20, 30]) run.receive([logged({ type: "checkpoint", time: step, step })]);
    expect(run.log.map(({ text }) => text)).toEqual(["Weights saved after step 30."]);
    expect(run.facts.savedStep).toBe(30);
  });

  it("marks a learning rate that was changed in flight", () => {
    const run = new RunTelemetry();
    run.receive([logged({ type: "learning_rate", time: 1, step: 7, optimizer: "loss", value: 0.01 })]);
    expect(run.marks).toEqual([{ step: 7, text: "learning rate 0.01" }]);
    expect(run.facts.learningRates["loss"]).toBe(0.01);
  });

  it("tells its listeners once per batch, until they leave", () => {
    const run = new RunTelemetry();
    const listener = vi.fn();
    const leave = run.subscribe(listener);
    run.receive([steps(1, [1]), steps(2, [1])]);
    expect(listener).toHaveBeenCalledTimes(1);
    leave();
    run.receive([steps(3, [1])]);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it("says in the log why a run failed", () => {
    const run = new RunTelemetry();
    run.receive([logged({ type: "state", time: 1, state: "failed", reason: "The worker was killed." })]);
    expect(run.facts.reason).toBe("The worker was killed.");
    expect(run.log.at(-1)).toMatchObject({
      level: "error",
      text: "Failed: The worker was killed.",
    });
  });
});
