import { useMemo, useState } from "react";
import { type Command, isEnabled, shortcutsOf } from "../commands/define-command";
import { commands } from "../commands/registry";
import { catalogueStore } from "../graph/catalogue-store";
import { Dialog } from "../ui/dialog";
import { Kbd } from "../ui/kbd";
import styles from "./command-palette.module.css";
import { kindToCommand } from "./kind-commands";
import { search } from "./search";
import { SearchList } from "./search-list";

interface Props {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Ctrl+K: every command by name, and every kind of node. */
export function CommandPalette({ open, onOpenChange }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="All commands" hideTitle size="md">
      {open && <Palette onClose={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function Palette({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState("");
  const all = useMemo(available, []);
  const shown = query.trim() === "" ? all.filter((command) => !command.id.startsWith("kind.")) : all;
  const found = search(shown, query, (command) => ({ title: command.title, more: command.group }));
  return (
    <div className={styles.palette}>
      <SearchList
        label="Search all commands"
        placeholder="What do you want to do?"
        query={query}
        onQuery={setQuery}
        entries={found.map((command) => ({
          id: command.id,
          title: command.title,
          group: query.trim() === "" ? command.group : undefined,
          detail: query.trim() === "" ? undefined : command.group,
          aside: shortcutOf(command),
        }))}
        onPick={(id) => {
          onClose();
          const picked = all.find((command) => command.id === id);
          // After the dialog has given the focus back, so that what the command opens keeps it.
          if (picked !== undefined) setTimeout(() => void picked.run(), 0);
        }}
        onClose={onClose}
        empty="No command is called that."
        testId="command-palette"
      />
    </div>
  );
}

/** What can be done at the moment the palette opens. */
function available(): readonly Command[] {
  const kinds = [...catalogueStore.getState().kinds.values()].map(kindToCommand);
  return [...commands, ...kinds].filter((command) => command.id !== "help.palette" && isEnabled(command));
}

function shortcutOf(command: Command) {
  const [first] = shortcutsOf(command);
  return first === undefined ? undefined : <Kbd keys={first} />;
}
