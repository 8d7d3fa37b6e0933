import { describe, expect, it } from "vitest";
import { refusedColumn } from "./import-options";

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
