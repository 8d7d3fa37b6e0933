import { type Command, isEnabled, shortcutsOf } from "./define-command";
import { isMac, matchesShortcut } from "./shortcut";

const TYPING =
  "input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable=true]";
/** Inside these, keys belong to the component: lists, menus, dialogs, sliders. */
const OWN_KEYS = "[role=dialog], [role=menu], [role=listbox], [role=slider], [role=separator]";

/** One listener for the whole page; returns what removes it. */
export function listenForShortcuts(commands: readonly Command[], target: Window = window): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const match = commands.find((command) => obeys(command, event));
    if (match === undefined) return;
    event.preventDefault();
    void match.run(event);
  };
  target.addEventListener("keydown", onKeyDown);
  return () => target.removeEventListener("keydown", onKeyDown);
}

function obeys(command: Command, event: KeyboardEvent): boolean {
  const matched = shortcutsOf(command).some((shortcut) => matchesShortcut(shortcut, event, isMac()));
  return matched && command.isNative !== true && mayTakeKey(command, event) && isEnabled(command);
}

function mayTakeKey(command: Command, event: KeyboardEvent): boolean {
  const element = event.target instanceof Element ? event.target : null;
  if (element?.closest(OWN_KEYS)) return command.whileTyping === true;
  if (element?.closest(TYPING)) return command.whileTyping === true;
  // Tab, Enter and Space move and press; only on the bare canvas has Tab another meaning.
  const bare = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (bare && ["Tab", "Enter", " "].includes(event.key)) return element?.hasAttribute("data-canvas") === true;
  return true;
}
