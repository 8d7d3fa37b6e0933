import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sameJson, shareEqual } from "./equal";

describe("JSON values", () => {
  it("are the same as their copies, in any order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(sameJson(value, JSON.parse(JSON.stringify(value)))).toBe(true);
      }),
    );
    expect(sameJson({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
    expect(sameJson({ a: undefined }, { b: undefined })).toBe(false);
    expect(sameJson([], {})).toBe(false);
    expect(sameJson([1, 2], [1])).toBe(false);
  });

  it("keep the old objects where nothing changed, and say what the new ones say", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        expect(sameJson(shareEqual(before, after), after)).toBe(true);
        const copy = structuredClone(before);
        expect(shareEqual(before, copy)).toBe(typeof before === "object" ? before : copy);
      }),
    );
    expect(shareEqual([], {})).toEqual({});
    const before = { same: { deep: [1] }, other: 1 };
    const shared = shareEqual(before, { same: { deep: [1] }, other: 2 });
    expect(shared).not.toBe(before);
    expect(shared.same).toBe(before.same);
  });
});
