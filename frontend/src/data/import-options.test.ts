import { describe, expect, it } from "vitest";
import { isAboutMissing, refusedColumn } from "./import-options";

describe("refusedColumn", () => {
  it("finds the column that a refusal names", () => {
    expect(refusedColumn("Row 3, column 'body weight': Expected a number, got 'abc'.", [])).toBe(
      "body weight",
    );
    expect(refusedColumn(`Row 3, column "it's": The cell is empty.`, [])).toBe("it's");
  });

  it("knows when a refusal is about something else", () => {
    expect(refusedColumn("Row 3: It has 3 cells; expected 2 as in the first row.", [])).toBeNull();
    expect(refusedColumn("File 'cat/a.png': This is not a picture.", [])).toBeNull();
  });
});

describe("isAboutMissing", () => {
  it("knows a cell that is not there in every way the server says it", () => {
    expect(isAboutMissing("Row 3, column 'b': The cell is empty; expected a number.")).toBe(true);
    expect(isAboutMissing("Row 3, column 'b': The cell is missing (null or NaN).")).toBe(true);
    expect(isAboutMissing("Row 3, column 'b': Expected a number as in the other rows, got 'n/a'.")).toBe(
      true,
    );
  });

  it("knows a cell that is there but wrong", () => {
    expect(isAboutMissing("Row 3, column 'b': Expected a number as in the other rows, got 'abc'.")).toBe(
      false,
    );
  });
});
