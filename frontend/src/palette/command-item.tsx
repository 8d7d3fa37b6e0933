import { isEnabled, shortcutsOf } from "../commands/define-command";
import { command, runCommand } from "../commands/registry";
import { MenuItem } from "../ui/menu";

/** A command in a menu: its name, its first shortcut, and whether it can be done now. */
export function CommandItem({ id }: { id: string }) {
  const shown = command(id);
  const [shortcut] = shortcutsOf(shown);
  return (
    <MenuItem
      shortcut={shortcut}
      disabled={!isEnabled(shown)}
      data-testid={`menu-${id}`}
      onSelect={() => runCommand(id)}
    >
      {shown.title}
    </MenuItem>
  );
}
