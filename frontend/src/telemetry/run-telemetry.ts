import type { EventOf, LoggedEvent, RunEvent, RunState } from "../net/types";
import { AppendBuffer } from "./append-buffer";
import type { Confusion } from "./confusion";
import { describeMemory } from "./memory";
import { Pace } from "./pace";
import { describeScale } from "./scales";
import { WatchSeries } from "./watch-series";

export const SPLITS = ["train", "validation", "test"] as const;
export type Split = (typeof SPLITS)[number];

/** One figure of each epoch: a loss or a metric of a split. */
export interface EpochSeries {
  readonly kind: "loss" | "metric";
  readonly name: string;
  readonly split: Split;
  /** Which epochs were measured (a fast run skips some), and the steps after which they ended. */
  readonly epochs: AppendBuffer;
  readonly steps: AppendBuffer;
  readonly values: AppendBuffer;
}

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

export interface LearningRateChange {
  readonly optimizer: string;
  readonly value: number;
}

export type Figures = Readonly<Partial<Record<Split, Readonly<Record<string, number | null>>>>>;

/** What is known about a run, in words and single numbers. A new object whenever one of them changes. */
export interface RunFacts {
  /** How much of the log is in: the number of the newest event. */
  readonly seq: number;
  readonly state: RunState | null;
  readonly reason: string;
  readonly step: number;
  readonly totalSteps: number | null;
  readonly epoch: number;
  /** The epoch whose monitored figure is the best so far. */
  readonly bestEpoch: number | null;
  readonly stepsPerEpoch: number | null;
  readonly backend: string | null;
  readonly device: string | null;
  readonly dtype: string | null;
  readonly parameters: number | null;
  /** The bytes that it was estimated to need, by what they hold. */
  readonly memory: EventOf<"started">["memory"];
  readonly optimizers: readonly string[];
  readonly metrics: readonly string[];
  readonly samples: Readonly<Record<string, number>>;
  readonly losses: Readonly<Record<string, number | null>>;
  readonly learningRates: Readonly<Record<string, number | null>>;
  /** The newest metrics by split, then name; the test data is measured at the end. */
  readonly figures: Figures;
  /** The newest confusion matrices by split, then name. */
  readonly confusion: Readonly<Partial<Record<Split, Readonly<Record<string, Confusion>>>>>;
  /** The newest step whose weights are on disk. */
  readonly savedStep: number | null;
  readonly samplesPerSecond: number | null;
  readonly stepsPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** The first step at which a loss was not a finite number. */
  readonly divergedAt: number | null;
  /** The newest warning in the log: of a loss that is not a number it says where that began. */
  readonly warning: string | null;
  /** The first thing that a run says: when it began with earlier weights, what it took of them. */
  readonly note: string | null;
  /** The keys of what is watched, one in a line, and the step that was looked into last. */
  readonly watched: string;
  readonly watchedAt: number;
  readonly result: EventOf<"result"> | null;
}

const NOTHING_KNOWN: RunFacts = {
  seq: 0,
  state: null,
  reason: "",
  step: 0,
  totalSteps: null,
  epoch: 0,
  bestEpoch: null,
  stepsPerEpoch: null,
  backend: null,
  device: null,
  dtype: null,
  parameters: null,
  memory: null,
  optimizers: [],
  metrics: [],
  samples: {},
  losses: {},
  learningRates: {},
  figures: {},
  confusion: {},
  savedStep: null,
  samplesPerSecond: null,
  stepsPerSecond: null,
  secondsLeft: null,
  divergedAt: null,
  warning: null,
  note: null,
  watched: "",
  watchedAt: 0,
  result: null,
};

const MAX_LOG_LINES = 2_000;
const SAVED = "Weights saved";
const BEST = "best: epoch";

/**
 * Everything a run has told, outside React: long series in typed arrays, short facts in one object. Views subscribe and
 * read what they draw when they draw it, so a fast run never waits for a slow page.
 */
export class RunTelemetry {
  /** By optimizer; place 0 is step 1. */
  readonly losses = new Map<string, AppendBuffer>();
  readonly learningRates = new Map<string, AppendBuffer>();
  readonly epochs = new Map<string, EpochSeries>();
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
    this.learn({ state, reason, secondsLeft: null });
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
    record(this.losses, event.losses, event.first_step, event.stride, count);
    const learningRates = ofEachStep(event.learning_rates, Math.ceil(count / event.stride));
    record(this.learningRates, learningRates, event.first_step, event.stride, count);
    this.pace.report(event.time, step);
    this.learn({
      step: Math.max(step, this.facts.step),
      losses: { ...this.facts.losses, ...lastOfEach(event.losses) },
      learningRates: { ...this.facts.learningRates, ...lastOfEach(learningRates) },
      samplesPerSecond: event.samples_per_second,
      stepsPerSecond: this.pace.stepsPerSecond,
      secondsLeft: this.pace.timeLeft(step, this.facts.totalSteps),
      divergedAt: this.facts.divergedAt ?? (event.diverged ? firstGap(event) : null),
    });
  }

  private onEpoch(event: EventOf<"epoch">): void {
    if (event.best) this.markBest(event.epoch, event.step);
    this.learn({
      epoch: event.epoch,
      figures: { ...this.facts.figures, ...event.metrics },
      confusion: { ...this.facts.confusion, ...event.confusion },
    });
    for (const [kind, figures] of [
      ["loss", event.losses],
      ["metric", event.metrics],
    ] as const) {
      for (const split of SPLITS) {
        for (const [name, value] of Object.entries(figures[split] ?? {})) {
          const series = this.epochSeries(kind, name, split);
          series.epochs.push(event.epoch);
          series.steps.push(event.step);
          series.values.push(value ?? Number.NaN);
        }
      }
    }
  }

  /** A run that is continued goes on from its checkpoint: the steps after it are made anew. */
  private forgetAfter(step: number): void {
    for (const buffers of [this.losses, this.learningRates]) {
      for (const buffer of buffers.values()) buffer.truncate(step);
    }
    for (const { epochs, steps, values } of this.epochs.values()) {
      const kept = steps.view().filter((end) => end <= step).length;
      for (const buffer of [epochs, steps, values]) buffer.truncate(kept);
    }
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

  private epochSeries(kind: "loss" | "metric", name: string, split: Split): EpochSeries {
    const key = `${kind}/${name}/${split}`;
    let series = this.epochs.get(key);
    if (series === undefined) {
      series = {
        kind,
        name,
        split,
        epochs: new AppendBuffer(),
        steps: new AppendBuffer(),
        values: new AppendBuffer(),
      };
      this.epochs.set(key, series);
    }
    return series;
  }

  private learn(news: Partial<RunFacts>): void {
    this.facts = { ...this.facts, ...news };
  }

  private write(seq: number, time: number, level: LogLine["level"], text: string): void {
    this.log.push({ seq, time, level, text });
    if (this.log.length > MAX_LOG_LINES) this.log.splice(0, this.log.length - MAX_LOG_LINES);
  }
}

type ByName = Readonly<Record<string, readonly (number | null)[]>>;

/** Where losses were left out of a long past, each that is there holds until the next one. */
function record(
  into: Map<string, AppendBuffer>,
  byName: ByName,
  firstStep: number,
  stride: number,
  count: number,
): void {
  for (const [name, values] of Object.entries(byName)) {
    let buffer = into.get(name);
    if (buffer === undefined) {
      buffer = new AppendBuffer();
      into.set(name, buffer);
    }
    for (let place = 0; place < count; place++) {
      buffer.set(firstStep - 1 + place, values[Math.floor(place / stride)] ?? Number.NaN);
    }
  }
}

/** Rates as the log tells them: a number of its own for each step, or one that held for all of them. */
function ofEachStep(rates: EventOf<"steps">["learning_rates"], count: number): ByName {
  return Object.fromEntries(
    Object.entries(rates).map(([name, told]) => [
      name,
      Array.isArray(told) ? told : new Array(count).fill(told),
    ]),
  );
}

function lastOfEach(byName: ByName): Record<string, number | null> {
  return Object.fromEntries(Object.entries(byName).map(([name, values]) => [name, values.at(-1) ?? null]));
}

function firstGap({ first_step, losses }: EventOf<"steps">): number {
  const places = Object.values(losses)
    .map((values) => values.indexOf(null))
    .filter((place) => place >= 0);
  return first_step + (places.length > 0 ? Math.min(...places) : 0);
}
