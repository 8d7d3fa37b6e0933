/** Shortcut text such as "Mod+Shift+Z": parsing, and matching a key press. */

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

interface Shortcut {
  readonly key: string;
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}

const MODIFIERS = new Set(["Mod", "Shift", "Alt"]);

export function parseShortcut(text: string): Shortcut {
  const parts = text.endsWith("++") ? [...text.slice(0, -2).split("+"), "+"] : text.split("+");
  const key = parts.at(-1) ?? "";
  const modifiers = parts.slice(0, -1).filter((part) => part !== "");
  const unknown = modifiers.find((part) => !MODIFIERS.has(part));
  if (key === "" || unknown !== undefined) throw new Error(`"${text}" is not a shortcut`);
  return {
    key,
    mod: modifiers.includes("Mod"),
    shift: modifiers.includes("Shift"),
    alt: modifiers.includes("Alt"),
  };
}

export function matchesShortcut(text: string, press: KeyPress, mac: boolean): boolean {
  const shortcut = parseShortcut(text);
  const mod = mac ? press.metaKey : press.ctrlKey;
  const otherMod = mac ? press.ctrlKey : press.metaKey;
  if (mod !== shortcut.mod || otherMod || press.altKey !== shortcut.alt) return false;
  // Signs such as "?" are typed with Shift on some keyboards and without on others.
  const isSign = shortcut.key.length === 1 && !/[A-Z0-9]/i.test(shortcut.key);
  if (!isSign && press.shiftKey !== shortcut.shift) return false;
  return keyOf(press, shortcut.key) === shortcut.key.toLowerCase();
}

/** With Alt or Shift held, `key` may be another sign than the one printed on the key, so digits and letters use `code`. */
function keyOf(press: KeyPress, wanted: string): string {
  if (/^[A-Z]$/i.test(wanted) && press.altKey && press.code.startsWith("Key")) {
    return press.code.slice(3).toLowerCase();
  }
  if (/^[0-9]$/.test(wanted) && press.code.startsWith("Digit")) return press.code.slice(5);
  return press.key.toLowerCase();
}

export function isMac(): boolean {
  return typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);
}
