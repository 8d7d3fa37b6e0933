import { describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import type { GraphDocument } from "../graph/types";
import { hasCurve, pathOf, runLength, settingsOfCurve } from "./schedule-curve";

const BOX = { width: 100, height: 50 };
const empty = emptyDocument();

function document(training: Partial<GraphDocument["training"]>, ...kinds: string[]): GraphDocument {
  const nodes = kinds.map((kind, place) => ({
    id: `n${place}`,
    kind,
    label: "",
    bypassed: false,
    settings: {},
    position: { x: 0, y: 0 },
  }));
  return { ...empty, nodes, training: { ...empty.training, ...training } };
}

describe("how long a run is", () => {
  it("counts the batches of the training share, the short one too", () => {
    const split = { ...empty.training.split, train: 0.7 };
    const drawn = document({ epochs: 3, batch_size: 8, split }, "Input");
    expect(runLength(drawn, 60)).toEqual({ steps: 18, stepsPerEpoch: 6 });
  });

  it("takes the number of steps if there is one", () => {
    const split = { ...empty.training.split, train: 1 };
    expect(runLength(document({ steps: 7, batch_size: 10, split }, "Input"), 100)).toEqual({
      steps: 7,
      stepsPerEpoch: 10,
    });
  });

  it("knows the steps of a graph without data", () => {
    expect(runLength(document({}, "Parameter"), undefined)).toEqual({ steps: 100, stepsPerEpoch: 1 });
    expect(runLength(document({ steps: 9 }, "Parameter"), 500)).toEqual({ steps: 9, stepsPerEpoch: 1 });
  });

  it("never is without a step, nor beyond what can be asked for", () => {
    expect(runLength(document({ epochs: 1 }, "Input"), 0).steps).toBe(1);
    expect(runLength(document({ epochs: 1_000_000, batch_size: 1 }, "Input"), 1e7).steps).toBe(1e9);
  });
});

describe("the line of a schedule", () => {
  it("goes from the first step to the last, with the highest rate at the top", () => {
    expect(pathOf({ steps: [1, 2, 3], rates: [0.1, 0.2, 0] }, BOX)).toBe("M0 25L50 0L100 50");
  });

  it("is a point for one step, and level for a rate of zero", () => {
    expect(pathOf({ steps: [1], rates: [0.5] }, BOX)).toBe("M50 0");
    expect(pathOf({ steps: [1, 2], rates: [0, 0] }, BOX)).toBe("M0 50L100 50");
  });
});

describe("what is asked for", () => {
  it("is a curve that is more than level", () => {
    expect(hasCurve({ schedule: "constant", warm_up: 0 })).toBe(false);
    expect(hasCurve({ schedule: "plateau", warm_up: 0 })).toBe(false);
    expect(hasCurve({ schedule: "plateau", warm_up: 5 })).toBe(true);
    expect(hasCurve({ schedule: "cosine", warm_up: 0 })).toBe(true);
  });

  it("leaves out the nodes that an Optimizer changes", () => {
    const optimize = Array.from({ length: 5000 }, (_, place) => `node${place}`);
    expect(settingsOfCurve({ schedule: "step", optimize, name: "d", order: 1 })).toEqual({
      schedule: "step",
    });
  });
});
