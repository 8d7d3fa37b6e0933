import { describe, expect, it } from "vitest";
import { formatAgo, formatDuration, formatRate, formatShare, formatValue } from "./format";

describe("formats", () => {
  it.each([
    [15, "15"],
    [-5, "-5"],
    [0.185238, "0.1852"],
    [9.134e-5, "9.134e-5"],
    [1234567, "1.235e6"],
    [12345.678, "12346"],
    [0, "0"],
    [null, "not a number"],
  ])("shows the value %d as %s", (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it.each([
    [0.75, "75 %"],
    [1, "100 %"],
    [0.0513, "5.1 %"],
    [0.0001, "< 0.1 %"],
    [0, "0 %"],
  ])("shows the share %d as %s", (value, text) => {
    expect(formatShare(value)).toBe(text);
  });

  it("shows how long ago something was", () => {
    const now = Date.parse("2026-01-02T12:00:00Z");
    expect(formatAgo("2026-01-02T11:59:30Z", now)).toBe("just now");
    expect(formatAgo("2026-01-02T11:58:00Z", now)).toBe("2 minutes ago");
    expect(formatAgo("2026-01-01T12:00:00Z", now)).toBe("yesterday");
  });

  it("shows rates and durations", () => {
    expect(formatRate(12_340)).toBe("12.3 k");
    expect(formatRate(7.25)).toBe("7.3");
    expect(formatDuration(0.4)).toBe("under 1 s");
    expect(formatDuration(125)).toBe("2 min 5 s");
    expect(formatDuration(7260)).toBe("2 h 1 min");
  });
});
