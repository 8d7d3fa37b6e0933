import { describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import type { BackendInfo } from "../net/types";
import { precisionChoices } from "./precisions";

const backend = (name: string, reason: string | null): BackendInfo => ({
  name,
  device: "a processor",
  available: true,
  missing: null,
  without_bfloat16: reason,
});

const BACKENDS = [backend("llvm", null), backend("numpy", "NumPy cannot")];
const TRAINING = emptyDocument().training;

describe("bfloat16", () => {
  it("can be chosen where the backend has it, and auto is the first", () => {
    for (const chosen of ["llvm", "auto"]) {
      const [, half] = precisionChoices({ ...TRAINING, backend: chosen }, BACKENDS);
      expect(half?.disabled).toBe(false);
    }
  });

  it("says why it cannot be chosen", () => {
    const of = (change: Partial<typeof TRAINING>) =>
      precisionChoices({ ...TRAINING, ...change }, BACKENDS)[1];
    expect(of({ backend: "numpy" })).toMatchObject({ disabled: true, detail: "NumPy cannot" });
    expect(of({ dtype: "float64" })).toMatchObject({
      disabled: true,
      detail: "Only where the numbers are float32",
    });
  });
});
