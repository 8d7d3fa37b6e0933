import type { KeyPress } from "./shortcut";

/**
 * A command is everything a person can do by key, menu or Ctrl+K. Each lives in one file,
 * `src/commands/<group>/<name>.ts`, whose default export is `defineCommand({...})`; it is found from there.
 */
export interface Command {
  /** Stable, dotted: "run.train". */
  readonly id: string;
  /** What the palette and menus say: "Train". */
  readonly title: string;
  /** The heading it is listed under. */
  readonly group: CommandGroup;
  /**
   * "Mod+Shift+Z": Mod is Ctrl, or Cmd on a Mac. Names are those of KeyboardEvent.key, letters in upper case.
   * Several are allowed; the first one is shown.
   */
  readonly shortcut?: string | readonly string[];
  /** Also obey the shortcut while somebody types in a field (only for Mod combinations that fields do not use). */
  readonly whileTyping?: boolean;
  /** Whether it can be done now; absent means always. */
  readonly enabled?: () => boolean;
  /** `press` is the key press that asked for it, for commands whose shortcuts differ in direction. */
  readonly run: (press?: KeyPress) => void | Promise<void>;
  /** The browser's own event does it when the keys are pressed (copy, cut, paste); the shortcut is only shown. */
  readonly isNative?: boolean;
}

export const COMMAND_GROUPS = ["File", "Edit", "Add", "Selection", "View", "Run", "Go", "Help"] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

export function defineCommand(command: Command): Command {
  return command;
}

export function shortcutsOf(command: Command): readonly string[] {
  if (command.shortcut === undefined) return [];
  return typeof command.shortcut === "string" ? [command.shortcut] : command.shortcut;
}

export function isEnabled(command: Command): boolean {
  return command.enabled?.() ?? true;
}
