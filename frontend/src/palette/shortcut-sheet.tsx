import { COMMAND_GROUPS, type Command, shortcutsOf } from "../commands/define-command";
import { commands } from "../commands/registry";
import { Dialog } from "../ui/dialog";
import { Kbd } from "../ui/kbd";
import styles from "./command-palette.module.css";

interface Props {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** What hands do that is no command. */
const GESTURES: readonly (readonly [string, string])[] = [
  ["Drag the canvas", "Move the view"],
  ["Wheel", "Zoom"],
  ["Shift and drag", "Select in a box"],
  ["Drop a wire on nothing", "Nodes that fit it"],
  ["Alt and click a wire", "Cut it"],
  ["Double-click the canvas", "Add a node"],
];

/** Made from the registry, so it cannot be out of date. */
export function ShortcutSheet({ open, onOpenChange }: Props) {
  const withKeys = commands.filter((command) => shortcutsOf(command).length > 0);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" size="lg">
      <div className={styles.groups} data-testid="shortcut-sheet">
        {COMMAND_GROUPS.map((group) => ({
          group,
          members: withKeys.filter((command) => command.group === group),
        }))
          .filter(({ members }) => members.length > 0)
          .map(({ group, members }) => (
            <section key={group} className={styles.group}>
              <h3>{group}</h3>
              <ul>
                {members.map((command) => (
                  <Row key={command.id} command={command} />
                ))}
              </ul>
            </section>
          ))}
        <section className={styles.group}>
          <h3>By hand</h3>
          <ul>
            {GESTURES.map(([gesture, effect]) => (
              <li key={gesture}>
                {effect}
                <span>{gesture}</span>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </Dialog>
  );
}

function Row({ command }: { command: Command }) {
  return (
    <li>
      {command.title.replace("…", "")}
      <span className={styles.keys}>
        {shortcutsOf(command)
          .slice(0, 2)
          .map((shortcut) => (
            <Kbd key={shortcut} keys={shortcut} />
          ))}
      </span>
    </li>
  );
}
