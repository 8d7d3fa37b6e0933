import { emptyDocument } from "../graph/document";
import type { JsonSchema, TrainingSettings } from "../graph/types";

/** The words for the training settings (backend: graph/document.py has their bounds). */

export const DEFAULT_TRAINING: TrainingSettings = emptyDocument().training;

export const TRAINING_FIELDS = {
  epochs: {
    type: "integer",
    title: "Epochs",
    description: "How often every training sample is seen.",
    minimum: 1,
    maximum: 1_000_000,
  },
  steps: {
    anyOf: [{ type: "integer", minimum: 1, maximum: 1_000_000_000 }, { type: "null" }],
    title: "Steps",
    description: "How many updates of the parameters. Empty: 100 without data.",
    "x-placeholder": "100",
  },
  batch_size: {
    type: "integer",
    title: "Batch size",
    description: "Samples in one step.",
    minimum: 1,
    maximum: 1_000_000,
  },
  seed: {
    type: "integer",
    title: "Seed",
    description: "The same seed gives the same run, bit for bit.",
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
  },
  shuffle: { type: "boolean", title: "Shuffle", description: "Another order of the samples in each epoch." },
  dtype: {
    enum: ["float32", "float64"],
    title: "Precision",
    description: "float64 is slower and more exact.",
  },
} as const satisfies Partial<Record<keyof TrainingSettings, JsonSchema>>;

type Share = "train" | "validation" | "test";

const SHARE = { type: "number", minimum: 0, maximum: 1, "x-step": 0.05 } as const;

export const SPLIT_FIELDS: readonly { readonly name: Share; readonly schema: JsonSchema }[] = [
  { name: "train", schema: { ...SHARE, title: "Training share", description: "Samples to learn from." } },
  {
    name: "validation",
    schema: { ...SHARE, title: "Validation share", description: "Samples to watch while training." },
  },
  { name: "test", schema: { ...SHARE, title: "Test share", description: "Samples kept until the end." } },
];
