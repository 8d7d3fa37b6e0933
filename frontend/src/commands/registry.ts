import { COMMAND_GROUPS, type Command } from "./define-command";

const found = import.meta.glob<Command>(["./*/*.ts", "!./**/*.test.ts"], { eager: true, import: "default" });

/** Every command, by group and title. */
export const commands: readonly Command[] = Object.values(found).toSorted(
  (a, b) =>
    COMMAND_GROUPS.indexOf(a.group) - COMMAND_GROUPS.indexOf(b.group) || a.title.localeCompare(b.title),
);

const byId = new Map(commands.map((command) => [command.id, command]));

export function command(id: string): Command {
  const known = byId.get(id);
  if (known === undefined) throw new Error(`There is no command ${id}`);
  return known;
}

export function runCommand(id: string): void {
  const { enabled, run } = command(id);
  if (enabled?.() ?? true) void run();
}
