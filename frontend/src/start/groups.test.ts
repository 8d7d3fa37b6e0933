import { describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import type { GraphDocument, Report } from "../graph/types";
import { goalOf } from "./groups";

const withInput = (shape: readonly number[]): GraphDocument => ({
  ...emptyDocument(),
  nodes: [
    { id: "x", kind: "Input", label: "", bypassed: false, settings: { shape }, position: { x: 0, y: 0 } },
  ],
});

describe("goalOf", () => {
  it("follows from the graph", () => {
    expect(goalOf(emptyDocument(), null)).toBe("First steps");
    expect(goalOf(withInput([1]), null)).toBe("Learn from numbers");
    expect(goalOf(withInput([3, 32, 32]), null)).toBe("Recognize pictures");
  });

  it("puts what cannot be trained apart, but not what is only warned about", () => {
    const report = (severity: "error" | "warning"): Report => ({
      nodes: {},
      wires: [],
      losses: [],
      metrics: [],
      outputs: [],
      totals: { parameters: 0, trainable_parameters: 0, multiply_adds: 0, activation_bytes: 0 },
      problems: [
        {
          severity,
          code: "x",
          message: "",
          node: null,
          port: null,
          expected: null,
          got: null,
          remedy: "",
          fix: null,
        },
      ],
    });
    expect(goalOf(withInput([1]), report("error"))).toBe("Wrong on purpose");
    expect(goalOf(withInput([1]), report("warning"))).toBe("Learn from numbers");
  });
});
