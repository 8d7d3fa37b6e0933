import { describe, expect, it } from "vitest";
import type { EventOf } from "../net/types";
import { keptInWords } from "./kept-weights";

const RESULT: EventOf<"result"> = {
  type: "result",
  time: 0,
  step: 100,
  losses: {},
  metrics: {},
  confusion: {},
  outputs: {},
  best_epoch: 4,
  best_step: 40,
  kept: "last",
};

describe("keptInWords", () => {
  it("says that the best weights were kept", () => {
    expect(keptInWords({ ...RESULT, kept: "best" })).toBe("The weights of epoch 4, the best one, are kept.");
  });

  it("says that an earlier epoch was better than the weights that were kept", () => {
    expect(keptInWords(RESULT)).toMatch(/^The weights of the last step are kept\. Epoch 4 was better/);
  });

  it("says nothing where there is no difference", () => {
    expect(keptInWords({ ...RESULT, best_step: 100 })).toBeNull();
    expect(keptInWords({ ...RESULT, best_epoch: null, best_step: null })).toBeNull();
  });
});
