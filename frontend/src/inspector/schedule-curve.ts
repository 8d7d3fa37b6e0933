import type { GraphDocument, Settings } from "../graph/types";
import type { SchedulePreview } from "../net/schedules";

/** What a schedule's curve is drawn for, and the line that it becomes. */

export interface RunLength {
  readonly steps: number;
  readonly stepsPerEpoch: number;
}

/** As the server has them for a graph without data. */
const STEPS_WITHOUT_DATA = 100;
const MOST_STEPS = 1e9;

/** How long a run with the graph's training settings is; `samples` are all that its dataset has. */
export function runLength({ nodes, training }: GraphDocument, samples: number | undefined): RunLength {
  const limited = (steps: number) => Math.min(MOST_STEPS, Math.max(1, steps));
  if (!nodes.some(({ kind }) => kind === "Input")) {
    return { steps: limited(training.steps ?? STEPS_WITHOUT_DATA), stepsPerEpoch: 1 };
  }
  const trained = Math.max(1, Math.round((samples ?? 0) * training.split.train));
  const stepsPerEpoch = samples === undefined ? STEPS_WITHOUT_DATA : Math.ceil(trained / training.batch_size);
  return { steps: limited(training.steps ?? training.epochs * stepsPerEpoch), stepsPerEpoch };
}

/** Whether there is more to see than a level line. */
export function hasCurve(settings: Settings): boolean {
  return settings.warm_up !== 0 || (settings.schedule !== "constant" && settings.schedule !== "plateau");
}

/** Lists of node ids can be long, and mean nothing to a schedule. */
const ASIDE: ReadonlySet<string> = new Set(["optimize", "name", "order"]);

export function settingsOfCurve(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !ASIDE.has(name)));
}

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** The line of an SVG, from zero at the bottom to the highest rate at the top. */
export function pathOf({ steps, rates }: SchedulePreview, { width, height }: Box): string {
  const [first, last] = [steps[0] ?? 1, steps.at(-1) ?? 1];
  const highest = highestRate(rates);
  const x = (step: number) => (last === first ? width / 2 : ((step - first) / (last - first)) * width);
  const y = (rate: number) => (highest === 0 ? height : height - (rate / highest) * height);
  return steps
    .map((step, place) => `${place === 0 ? "M" : "L"}${rounded(x(step))} ${rounded(y(rates[place] ?? 0))}`)
    .join("");
}

export function highestRate(rates: readonly number[]): number {
  return rates.reduce((highest, rate) => Math.max(highest, rate), 0);
}

function rounded(length: number): number {
  return Math.round(length * 10) / 10;
}
