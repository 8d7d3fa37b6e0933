import { deferred } from "../ui/deferred";

/** The parts of the page that the first picture does without; each is a file of its own when the page is built. */

export const GraphPage = deferred("the editor", async () => (await import("./graph-page")).GraphPage);
export const DataPage = deferred("the data page", async () => (await import("../data/data-page")).DataPage);
export const EvaluatePanel = deferred(
  "the evaluation",
  async () => (await import("../evaluate/evaluate-panel")).EvaluatePanel,
);
export const RunDock = deferred("the curves", async () => (await import("../run/run-dock")).RunDock);
