import type { EventOf, LoggedEvent, RunEvent } from "../net/types";
import { type EpochSeriesByKey, forgetEpochs, recordEpoch } from "./epoch-series";
import { describeMemory } from "./memory";
import { Pace } from "./pace";
import { NOTHING_KNOWN, type RunFacts } from "./run-facts";
import { describeScale } from "./scales";
import { firstGap, lastOfEach, ofEachStep, recordSteps, type StepSeries } from "./step-series";
import { WatchSeries } from "./watch-series";

/** Something that happened at a step and belongs on the chart. */
export interface Mark {
  readonly step: number;
  readonly text: string;
}

export interface LogLine {
  readonly seq: number;
  readonly time: number;
  readonly level: "info" | "warning" | "error";
  readonly text: string;
}

const MAX_LOG_LINES = 2_000;
const SAVED = "Weights saved";
const BEST = "best: epoch";

/**
 * Everything a run has told, outside React: long series in typed arrays, short facts in one object. Views subscribe and
 * read what they draw when they draw it, so a fast run never waits for a slow page.
 */
export class RunTelemetry {
  readonly losses: StepSeries = new Map();
  readonly learningRates: StepSeries = new Map();
  readonly epochs: EpochSeriesByKey = new Map();
  /** What Watch nodes and probed nodes show, by value or gradient and name. */
  readonly watched = new Map<string, WatchSeries>();
  readonly marks: Mark[] = [];
  readonly log: LogLine[] = [];
  facts: RunFacts = NOTHING_KNOWN;
  /** Grows with every batch of events: a cheap way to know whether to draw again. */
  version = 0;

  private readonly pace = new Pace();
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  receive(events: readonly LoggedEvent[]): void {
    if (events.length === 0) return;
    for (const { seq, event } of events) this.apply(seq, event);
    this.learn({ seq: events.at(-1)?.seq ?? this.facts.seq });
    this.version += 1;
    for (const listener of this.listeners) listener();
  }

  private apply(seq: number, event: RunEvent): void {
    switch (event.type) {
      case "state":
        this.onState(seq, event);
        break;
      case "compiling":
        this.learn({ compiling: { done: event.done, total: event.total } });
        break;
      case "started":
        this.onStarted(seq, event);
        break;
      case "steps":
        this.onSteps(event);
        break;
      case "epoch":
        this.onEpoch(event);
        break;
      case "learning_rate":
        this.onLearningRate(seq, event);
        break;
      case "checkpoint":
        this.onCheckpoint(seq, event);
        break;
      case "message":
        this.onMessage(seq, event);
        break;
      case "watch":
        this.onWatch(event);
        break;
      case "result":
        this.onResult(event);
    }
  }

  private onState(seq: number, { state, reason, time }: EventOf<"state">): void {
    this.pace.restart();
    this.learn({ state, reason, compiling: null, secondsLeft: null });
    const level = state === "failed" || state === "interrupted" ? "error" : "info";
    const word = state.charAt(0).toUpperCase() + state.slice(1);
    this.write(seq, time, level, reason === "" ? `${word}.` : `${word}: ${reason}`);
  }

  private onStarted(seq: number, event: EventOf<"started">): void {
    if (event.step < this.facts.step) this.forgetAfter(event.step);
    this.learn({
      totalSteps: event.total_steps,
      stepsPerEpoch: event.steps_per_epoch,
      backend: event.backend,
      device: event.device,
      dtype: event.dtype,
      parameters: event.parameters,
      memory: event.memory ?? null,
      optimizers: event.optimizers,
      metrics: event.metrics,
      samples: event.samples,
    });
    // Logs of earlier versions tell neither scales nor memory.
    const scales = (event.normalization ?? []).map((scale) => ` ${describeScale(scale)}`).join("");
    const place = `Training on ${event.device} (${event.backend}, ${event.dtype}).`;
    const memory = event.memory == null ? "" : ` ${describeMemory(event.memory)}`;
    this.write(seq, event.time, "info", `${place}${memory}${scales}`);
  }

  private onSteps(event: EventOf<"steps">): void {
    const count = event.count ?? Math.max(0, ...Object.values(event.losses).map(({ length }) => length));
    const step = event.first_step + count - 1;
    recordSteps(this.losses, event.losses, event.first_step, event.stride, count);
    const learningRates = ofEachStep(event.learning_rates, Math.ceil(count / event.stride));
    recordSteps(this.learningRates, learningRates, event.first_step, event.stride, count);
    this.pace.report(event.time, step);
    this.learn({
      compiling: null,
      step: Math.max(step, this.facts.step),
      losses: { ...this.facts.losses, ...lastOfEach(event.losses) },
      learningRates: { ...this.facts.learningRates, ...lastOfEach(learningRates) },
      stepsPerSecond: this.pace.stepsPerSecond,
      secondsLeft: this.pace.timeLeft(step, this.facts.totalSteps),
      divergedAt: this.facts.divergedAt ?? (event.diverged ? firstGap(event) : null),
    });
  }

  private onEpoch(event: EventOf<"epoch">): void {
    if (event.best) this.markBest(event.epoch, event.step);
    this.learn({
      compiling: null,
      epoch: event.epoch,
      figures: { ...this.facts.figures, ...event.metrics },
      confusion: { ...this.facts.confusion, ...event.confusion },
    });
    recordEpoch(this.epochs, event);
  }

  /** A run that is continued goes on from its checkpoint: the steps after it are made anew. */
  private forgetAfter(step: number): void {
    for (const buffers of [this.losses, this.learningRates]) {
      for (const buffer of buffers.values()) buffer.truncate(step);
    }
    forgetEpochs(this.epochs, step);
    for (const series of this.watched.values()) series.forgetAfter(step);
    const { divergedAt } = this.facts;
    this.learn({ step, result: null });
    if (divergedAt !== null && divergedAt > step) this.learn({ divergedAt: null, warning: null });
  }

  /** Only the newest best epoch is marked: the ones before it were beaten. */
  private markBest(epoch: number, step: number): void {
    const before = this.marks.findIndex(({ text }) => text.startsWith(BEST));
    if (before >= 0) this.marks.splice(before, 1);
    this.marks.push({ step, text: `${BEST} ${epoch}` });
    this.learn({ bestEpoch: epoch });
  }

  private onLearningRate(seq: number, { step, optimizer, value, time }: EventOf<"learning_rate">): void {
    const whose = this.facts.optimizers.length > 1 ? `${optimizer}: ` : "";
    this.marks.push({ step, text: `${whose}learning rate ${value}` });
    this.learn({ learningRates: { ...this.facts.learningRates, [optimizer]: value } });
    this.write(seq, time, "info", `Learning rate of ${optimizer} set to ${value} after step ${step}.`);
  }

  private onWatch({ step, watched }: EventOf<"watch">): void {
    for (const seen of watched) {
      const key = `${seen.what}/${seen.name}`;
      const series = this.watched.get(key);
      if (series === undefined) this.watched.set(key, new WatchSeries(seen, step));
      else series.add(seen, step);
    }
    this.learn({ watched: [...this.watched.keys()].join("\n"), watchedAt: step });
  }

  private onMessage(seq: number, { time, level, text }: EventOf<"message">): void {
    if (level === "warning") this.learn({ warning: text });
    if (level === "info") this.learn({ note: this.facts.note ?? text });
    this.write(seq, time, level, text);
  }

  private onResult(event: EventOf<"result">): void {
    // A fast run does not tell every epoch; its result names the best one all the same.
    if (event.best_epoch != null && event.best_step != null) this.markBest(event.best_epoch, event.best_step);
    this.learn({
      result: event,
      step: Math.max(event.step, this.facts.step),
      figures: { ...this.facts.figures, ...event.metrics },
      confusion: { ...this.facts.confusion, ...event.confusion },
    });
  }

  private onCheckpoint(seq: number, { step, time }: EventOf<"checkpoint">): void {
    // They can come every second; one after the other, only the newest says something.
    this.learn({ savedStep: step });
    if (this.log.at(-1)?.text.startsWith(SAVED)) this.log.pop();
    this.write(seq, time, "info", `${SAVED} after step ${step}.`);
  }

  private learn(news: Partial<RunFacts>): void {
    this.facts = { ...this.facts, ...news };
  }

  private write(seq: number, time: number, level: LogLine["level"], text: string): void {
    this.log.push({ seq, time, level, text });
    if (this.log.length > MAX_LOG_LINES) this.log.splice(0, this.log.length - MAX_LOG_LINES);
  }
}
