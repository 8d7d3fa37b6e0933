import { describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import type { DatasetSummary } from "../net/types";
import { samplesShown } from "./augmentation-preview";
import { moved, withAdded } from "./augmentation-section";
import { castNote, fits } from "./column-fit";
import { columnsRead, normalized } from "./normalization-section";
import { columnFor } from "./split-fields";

const column = (name: string, labels: readonly string[] | null, dtype = "int64") =>
  ({ name, labels, dtype, shape: [], description: "" }) as unknown as DatasetSummary["columns"][number];

const DATA = {
  columns: [
    column("height", null, "float32"),
    column("kind", ["cat", "dog"]),
    column("part", ["train", "Val"]),
  ],
} as unknown as DatasetSummary;

describe("the column of a split", () => {
  it("is the one that names the parts, where there is one", () => {
    expect(columnFor("column", "", DATA)).toBe("part");
    expect(columnFor("column", "kind", DATA)).toBe("part");
    expect(columnFor("column", "other", undefined)).toBe("other");
  });

  it("stays for classes if it has some, and is else left open", () => {
    expect(columnFor("stratified", "kind", DATA)).toBe("kind");
    expect(columnFor("stratified", "height", DATA)).toBe("");
  });
});

describe("normalization", () => {
  it("changes one column and leaves the others in their places", () => {
    const list = normalized(normalized([], "a", "standardize"), "b", "min_max");
    expect(normalized(list, "a", "min_max")).toEqual([
      { column: "a", method: "min_max" },
      { column: "b", method: "min_max" },
    ]);
    expect(normalized(list, "a", "none")).toEqual([{ column: "b", method: "min_max" }]);
  });

  it("is offered for what Inputs read, by its name if no column is set", () => {
    const node = (id: string, settings: Record<string, string>) => ({
      id,
      kind: "Input",
      label: "",
      bypassed: false,
      settings,
      position: { x: 0, y: 0 },
    });
    const nodes = [node("a", { name: "x" }), node("b", { name: "y", column: "height" }), node("c", {})];
    expect(columnsRead({ ...emptyDocument(), nodes })).toEqual(["x", "height", "input"]);
  });
});

describe("augmentation", () => {
  const kinds = [
    { kind: "Flip", mixes: false },
    { kind: "Mixup", mixes: true },
  ];
  const one = (kind: string) => ({ kind, column: "picture", settings: {} });

  it("puts what mixes samples last, whatever is added when", () => {
    const list = withAdded(withAdded([], one("Mixup"), kinds), one("Flip"), kinds);
    expect(list.map(({ kind }) => kind)).toEqual(["Flip", "Mixup"]);
    expect(withAdded([one("Flip")], one("Mixup"), kinds).map(({ kind }) => kind)).toEqual(["Flip", "Mixup"]);
  });

  it("moves within the list", () => {
    expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
    expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  });

  it("is shown for different samples that exist", () => {
    for (const size of [1, 3, 5, 1797, 60_000]) {
      for (const turn of [0, 1, 7]) {
        const shown = samplesShown(size, turn);
        expect(new Set(shown).size).toBe(shown.length);
        expect(shown.every((sample) => sample >= 0 && sample < size)).toBe(true);
      }
    }
    expect(samplesShown(1797, 0)).toHaveLength(4);
  });
});

describe("classes as one-hot", () => {
  it("fit an Input with one number for each", () => {
    const kind = column("kind", ["cat", "dog"]);
    expect(fits(kind, { dtype: "float32", shape: [2] })).toBe(true);
    expect(fits(kind, { dtype: "float32", shape: [3] })).toBe(false);
    expect(fits(kind, { dtype: "int64", shape: [2] })).toBe(false);
    expect(castNote(kind, { dtype: "float32", shape: [2] })).toContain("one number each");
    expect(castNote(kind, { dtype: "float32", shape: [1] })).toBe("Whole numbers, read as float32.");
  });
});
