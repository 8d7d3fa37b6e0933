import { describe, expect, it } from "vitest";
import { bytesOf, describeMemory } from "./memory";

describe("describeMemory", () => {
  it("says how much in all, and for what, the largest part first", () => {
    const estimate = {
      parameters: 1024,
      gradients: 1024,
      optimizers: 0,
      activations: 3 * 1024,
      samples: 512,
    };
    expect(bytesOf(estimate)).toBe(5632);
    expect(describeMemory(estimate)).toBe(
      "It needs about 5.50 KiB of memory: 3.00 KiB for values of one batch, 1.00 KiB for parameters, 1.00 KiB for gradients, 512 B for samples.",
    );
  });
});
