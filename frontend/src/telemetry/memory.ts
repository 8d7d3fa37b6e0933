import { formatBytes } from "../graph/describe";
import type { EventOf } from "../net/types";

export type MemoryEstimate = NonNullable<EventOf<"started">["memory"]>;

const WORDS: Readonly<Record<keyof MemoryEstimate, string>> = {
  parameters: "parameters",
  gradients: "gradients",
  optimizers: "Optimizers",
  activations: "values of one batch",
  samples: "samples",
};

export function bytesOf(estimate: MemoryEstimate): number {
  return Object.values(estimate).reduce((sum, bytes) => sum + bytes, 0);
}

/** "It needs about 3 MiB of memory: 2 MiB for parameters, 1 MiB for samples." The largest part comes first. */
export function describeMemory(estimate: MemoryEstimate): string {
  const parts = (Object.keys(WORDS) as (keyof MemoryEstimate)[])
    .filter((part) => estimate[part] > 0)
    .sort((a, b) => estimate[b] - estimate[a])
    .map((part) => `${formatBytes(estimate[part])} for ${WORDS[part]}`);
  return `It needs about ${formatBytes(bytesOf(estimate))} of memory: ${parts.join(", ")}.`;
}
