import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalSpaceBetween,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalSpaceBetween,
  Frame,
  type LucideIcon,
  Workflow,
} from "lucide-react";
import { isEnabled, shortcutsOf } from "../commands/define-command";
import { command, runCommand } from "../commands/registry";
import { IconButton } from "../ui/icon-button";
import styles from "./inspector.module.css";

const BUTTONS: readonly (readonly (readonly [string, LucideIcon])[])[] = [
  [
    ["selection.align-left", AlignStartVertical],
    ["selection.align-center", AlignCenterVertical],
    ["selection.align-right", AlignEndVertical],
    ["selection.distribute-across", AlignHorizontalSpaceBetween],
    ["selection.tidy", Workflow],
  ],
  [
    ["selection.align-top", AlignStartHorizontal],
    ["selection.align-middle", AlignCenterHorizontal],
    ["selection.align-bottom", AlignEndHorizontal],
    ["selection.distribute-down", AlignVerticalSpaceBetween],
    ["selection.frame", Frame],
  ],
];

/** The commands that bring order into several parts, as pictures. */
export function ArrangeButtons() {
  return BUTTONS.map((row) => (
    <div key={row[0]?.[0]} className={styles.arrange} role="toolbar" aria-label="Arrange">
      {row.map(([id, icon]) => {
        const shown = command(id);
        return (
          <IconButton
            key={id}
            icon={icon}
            label={shown.title}
            shortcut={shortcutsOf(shown)[0]}
            disabledReason={isEnabled(shown) ? undefined : "select more"}
            data-testid={`arrange-${id}`}
            onClick={() => runCommand(id)}
          />
        );
      })}
    </div>
  ));
}
