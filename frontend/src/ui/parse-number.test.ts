import { describe, expect, it } from "vitest";
import { parseNumber } from "./parse-number";

describe("parseNumber", () => {
  it.each([
    ["0.01", 0.01],
    [" 1e-3 ", 0.001],
    ["1,000", 1000],
    ["1 250 000", 1250000],
    ["−2.5", -2.5],
    [".5", 0.5],
  ])("reads %j as %d", (text, value) => {
    expect(parseNumber(text)).toEqual({ ok: true, value });
  });

  it.each(["", "abc", "1e999", "1..2", "NaN"])("refuses %j and shows an example", (text) => {
    const parsed = parseNumber(text);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.error).toContain("such as");
  });

  it("names the bound that was missed", () => {
    expect(parseNumber("0", { min: 1 })).toEqual({ ok: false, error: "At least 1." });
    expect(parseNumber("2", { max: 1 })).toEqual({ ok: false, error: "At most 1." });
    expect(parseNumber("0", { exclusiveMin: 0 })).toEqual({ ok: false, error: "More than 0." });
    expect(parseNumber("1", { exclusiveMax: 1 })).toEqual({ ok: false, error: "Less than 1." });
    expect(parseNumber("1.5", { integer: true })).toEqual({ ok: false, error: "A whole number is needed." });
  });
});
