import { describe, expect, it } from "vitest";
import { type KeyPress, matchesShortcut, parseShortcut } from "./shortcut";

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : "",
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});
const ctrl = { ctrlKey: true };

describe("shortcuts", () => {
  it("match the keys they name and no others", () => {
    expect(matchesShortcut("Mod+Z", press("z", ctrl), false)).toBe(true);
    expect(matchesShortcut("Mod+Z", press("Z", { ...ctrl, shiftKey: true }), false)).toBe(false);
    expect(matchesShortcut("Mod+Shift+Z", press("Z", { ...ctrl, shiftKey: true }), false)).toBe(true);
    expect(matchesShortcut("Z", press("z", ctrl), false)).toBe(false);
    expect(matchesShortcut("Delete", press("Delete", { shiftKey: true }), false)).toBe(false);
    expect(matchesShortcut("Shift+Delete", press("Delete", { shiftKey: true }), false)).toBe(true);
  });

  it("mean Cmd on a Mac, where Ctrl is left alone", () => {
    expect(matchesShortcut("Mod+K", press("k", { metaKey: true }), true)).toBe(true);
    expect(matchesShortcut("Mod+K", press("k", ctrl), true)).toBe(false);
    expect(matchesShortcut("Mod+K", press("k", { metaKey: true }), false)).toBe(false);
  });

  it("find signs wherever a keyboard has them", () => {
    expect(matchesShortcut("?", press("?", { shiftKey: true }), false)).toBe(true);
    expect(matchesShortcut("?", press("?"), false)).toBe(true);
    expect(matchesShortcut("Mod++", press("+", { ...ctrl, shiftKey: true }), false)).toBe(true);
    expect(matchesShortcut("Mod+-", press("-", ctrl), false)).toBe(true);
    // Alt and M type another letter on a Mac; the key is the same.
    expect(matchesShortcut("Alt+M", press("µ", { altKey: true, code: "KeyM" }), false)).toBe(true);
    expect(matchesShortcut("Shift+1", press("!", { shiftKey: true, code: "Digit1" }), false)).toBe(true);
  });

  it("refuse what is none", () => {
    for (const text of ["", "Ctrl+Z", "Mod+", "Hyper+A"])
      expect(() => parseShortcut(text)).toThrow("not a shortcut");
  });
});
