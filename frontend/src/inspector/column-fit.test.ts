import { describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import type { GraphDocument, Settings } from "../graph/types";
import { castNote, fits, typeFor } from "./column-fit";

const counts = { dtype: "int64", shape: [], labels: null } as const;
const classes = { dtype: "int64", shape: [], labels: ["cat", "dog"] } as const;
const numbers = { dtype: "float32", shape: [], labels: null } as const;
const ROW = { dtype: "float32", shape: [1] };

function feeding(kind: string, settings: Settings = {}): GraphDocument {
  const position = { x: 0, y: 0 };
  return {
    ...emptyDocument(),
    nodes: [
      { id: "in", kind: "Input", label: "", bypassed: false, position, settings: {} },
      { id: "taker", kind, label: "", bypassed: false, position, settings },
    ],
    wires: [{ source: { node: "in", port: "output" }, target: { node: "taker", port: "input" } }],
  };
}

describe("fits", () => {
  it("takes a single number as one in a row, and whole numbers as float32", () => {
    expect(fits(numbers, ROW)).toBe(true);
    expect(fits(counts, ROW)).toBe(true);
    expect(fits({ ...numbers, shape: [1] }, { dtype: "float32", shape: [] })).toBe(true);
  });

  it("refuses other shapes and what would lose something", () => {
    expect(fits(numbers, { dtype: "float32", shape: [2] })).toBe(false);
    expect(fits(numbers, { dtype: "float32", shape: [1, 1] })).toBe(false);
    expect(fits(numbers, { dtype: "int64", shape: [] })).toBe(false);
    expect(fits({ ...numbers, shape: [2] }, { dtype: "float32", shape: [2, 1] })).toBe(false);
  });
});

describe("castNote", () => {
  it("tells of a cast only", () => {
    expect(castNote(counts, ROW)).toBe("Whole numbers, read as float32.");
    expect(castNote(numbers, ROW)).toBeNull();
  });
});

describe("typeFor", () => {
  it("reads amounts as layers take them", () => {
    expect(typeFor(counts, feeding("Linear"), "in")).toEqual(ROW);
  });

  it("keeps class numbers", () => {
    const asTheyAre = { dtype: "int64", shape: [] };
    expect(typeFor(classes, feeding("Linear"), "in")).toEqual(asTheyAre);
    expect(typeFor(counts, feeding("Loss", { loss: "cross_entropy" }), "in")).toEqual(asTheyAre);
    expect(typeFor(counts, emptyDocument(), "in")).toEqual(asTheyAre);
  });

  it("takes every other column as it is", () => {
    const picture = { dtype: "float32", shape: [3, 8, 8], labels: null } as const;
    expect(typeFor(picture, feeding("Linear"), "in")).toEqual({ dtype: "float32", shape: [3, 8, 8] });
  });
});
