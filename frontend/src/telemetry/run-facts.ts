import type { EventOf, RunState } from "../net/types";
import type { Confusion } from "./confusion";

export const SPLITS = ["train", "validation", "test"] as const;
export type Split = (typeof SPLITS)[number];

export type Figures = Readonly<Partial<Record<Split, Readonly<Record<string, number | null>>>>>;

/** What is known about a run, in words and single numbers. A new object whenever one of them changes. */
export interface RunFacts {
  /** How much of the log is in: the number of the newest event. */
  readonly seq: number;
  readonly state: RunState | null;
  readonly reason: string;
  /** How many parts of a program are compiled; null while none is, or nothing is told of it. */
  readonly compiling: { readonly done: number; readonly total: number } | null;
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

export const NOTHING_KNOWN: RunFacts = {
  seq: 0,
  state: null,
  reason: "",
  compiling: null,
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
  stepsPerSecond: null,
  secondsLeft: null,
  divergedAt: null,
  warning: null,
  note: null,
  watched: "",
  watchedAt: 0,
  result: null,
};

/** At the pace of its steps, batches being of one size on average; null for a run without data. */
export function samplesPerSecond({ samples, stepsPerEpoch, stepsPerSecond }: RunFacts): number | null {
  if (samples.train === undefined || stepsPerEpoch === null || stepsPerSecond === null) return null;
  return (stepsPerSecond * samples.train) / stepsPerEpoch;
}
