import styles from "./kbd.module.css";

const ON_MAC: Readonly<Record<string, string>> = {
  Mod: "⌘",
  Ctrl: "⌘",
  Alt: "⌥",
  Shift: "⇧",
  Enter: "↵",
  Backspace: "⌫",
  Delete: "⌦",
};
const ELSEWHERE: Readonly<Record<string, string>> = { Mod: "Ctrl", Enter: "↵" };

const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A shortcut as the keyboard at hand names it: "Mod+Shift+Enter". */
export function Kbd({ keys }: { keys: string }) {
  const names = isMac ? ON_MAC : ELSEWHERE;
  // "Ctrl++" is Ctrl and the plus key.
  const parts = keys.split(/\+(?!$)/);
  return <kbd className={styles.kbd}>{parts.map((part) => names[part] ?? part).join(isMac ? "" : "+")}</kbd>;
}
