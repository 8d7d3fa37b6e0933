import { describe, expect, it } from "vitest";
import { describeScale } from "./scales";

describe("a learned scale", () => {
  it("is told with its numbers, as long as they are few", () => {
    const scale = { column: "height", method: "standardize", offset: [1.7], size: [0.125] } as const;
    expect(describeScale(scale)).toBe("height is standardized: mean 1.7, standard deviation 0.125.");
    const pictures = { column: "picture", method: "min_max", offset: [0, 0, 0], size: [1, 2, 3] } as const;
    expect(describeScale(pictures)).toBe("picture is mapped to 0..1: smallest 0, 0, 0, range 1, 2, 3.");
    const many = { ...scale, offset: Array(64).fill(0), size: Array(64).fill(1) };
    expect(describeScale(many)).toBe("height is standardized, each of its 64 numbers by itself.");
  });
});
