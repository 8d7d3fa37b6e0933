import type { EventOf } from "../net/types";

/** Null where there is nothing to choose: without data there are no epochs, or the last one was the best. */
export function keptInWords({
  kept,
  step,
  best_epoch: epoch,
  best_step: bestStep,
}: EventOf<"result">): string | null {
  if (epoch === null || bestStep === null) return null;
  if (kept === "best") return `The weights of epoch ${epoch}, the best one, are kept.`;
  if (bestStep >= step) return null;
  return `The weights of the last step are kept. Epoch ${epoch} was better: under Best weights, in the settings of the training, you can choose to keep those.`;
}
