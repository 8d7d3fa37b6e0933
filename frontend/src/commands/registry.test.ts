// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { COMMAND_GROUPS, shortcutsOf } from "./define-command";
import { commands } from "./registry";
import { parseShortcut } from "./shortcut";

describe("the commands", () => {
  it("are found, each under an id of its own", () => {
    const ids = commands.map((command) => command.id);
    expect(ids).toContain("edit.undo");
    expect(ids).toContain("run.train");
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("have titles that differ, in groups that exist", () => {
    const titles = commands.map((command) => command.title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const command of commands) expect(COMMAND_GROUPS).toContain(command.group);
  });

  it("never share a shortcut", () => {
    const taken = new Map<string, string>();
    for (const command of commands) {
      for (const shortcut of shortcutsOf(command)) {
        const { key, mod, shift, alt } = parseShortcut(shortcut);
        const keys = `${mod} ${alt} ${shift} ${key.toLowerCase()}`;
        expect(`${shortcut}: ${taken.get(keys) ?? command.id}`).toBe(`${shortcut}: ${command.id}`);
        taken.set(keys, command.id);
      }
    }
  });

  it("bind nothing that destroys to a key that is pressed by chance", () => {
    const destroying = commands.filter((command) => /delete|reset|stop/i.test(command.id));
    for (const command of destroying) {
      for (const shortcut of shortcutsOf(command)) expect(shortcut).toMatch(/Delete|Backspace|Mod\+/);
    }
  });
});
