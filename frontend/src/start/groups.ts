import type { GraphDocument, Report } from "../graph/types";

/** What a person comes for. Which example belongs where follows from its graph. */
export const GOALS = ["First steps", "Learn from numbers", "Recognize pictures", "Wrong on purpose"] as const;
export type Goal = (typeof GOALS)[number];

export const GOAL_WORDS: Readonly<Record<Goal, string>> = {
  "First steps": "Numbers that an Optimizer moves, without any data.",
  "Learn from numbers": "A few columns in, a few numbers out.",
  "Recognize pictures": "From pixels to the probabilities of classes.",
  "Wrong on purpose": "What cannot be trained, why, and how to mend it.",
};

export function goalOf(graph: GraphDocument, report: Report | null): Goal {
  if (report?.problems.some(({ severity }) => severity === "error")) return "Wrong on purpose";
  const inputs = graph.nodes.filter(({ kind }) => kind === "Input");
  if (inputs.length === 0) return "First steps";
  const picture = inputs.some(
    ({ settings }) => Array.isArray(settings["shape"]) && settings["shape"].length === 3,
  );
  return picture ? "Recognize pictures" : "Learn from numbers";
}
