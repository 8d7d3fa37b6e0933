import {
  Command as CommandIcon,
  Database,
  FlaskConical,
  Menu as MenuIcon,
  Moon,
  Play,
  Redo2,
  Sun,
  Undo2,
  Workflow,
} from "lucide-react";
import { runCommand } from "../commands/registry";
import { endGesture, transact, useGraph, useHistoryLabels } from "../graph/graph-store";
import { CommandItem } from "../palette/command-item";
import { RunControls } from "../run/run-controls";
import { IconButton } from "../ui/icon-button";
import { Menu, MenuSeparator } from "../ui/menu";
import { setMode, useLayout } from "../workspace/layout-store";
import { isDark, useTheme } from "../workspace/theme";
import styles from "./app.module.css";
import { Brand } from "./brand";
import { SavedState } from "./saved-state";

const MODES = [
  { value: "data", label: "Data", icon: Database },
  { value: "build", label: "Build", icon: Workflow },
  { value: "train", label: "Train", icon: Play },
  { value: "evaluate", label: "Evaluate", icon: FlaskConical },
] as const;

export function TopBar() {
  const mode = useLayout((layout) => layout.mode);
  return (
    <header className={styles.bar}>
      <div className={styles.start}>
        <Brand />
        <FileMenu />
        <GraphName />
        <SavedState />
      </div>
      <nav className={styles.modes} aria-label="Work">
        {MODES.map(({ value, label, icon: Icon }) => (
          <button
            key={value}
            type="button"
            className={styles.mode}
            title={label}
            aria-label={label}
            aria-current={mode === value ? "page" : undefined}
            data-testid={`tab-${value}`}
            onClick={() => setMode(value)}
          >
            <Icon aria-hidden size={15} />
            <span className={styles.modeLabel}>{label}</span>
          </button>
        ))}
      </nav>
      <div className={styles.run}>
        <RunControls />
      </div>
      <div className={styles.end}>
        <HistoryButtons />
        <IconButton
          icon={CommandIcon}
          label="All commands"
          shortcut="Mod+K"
          data-testid="palette-button"
          onClick={() => runCommand("help.palette")}
        />
        <ThemeButton />
      </div>
    </header>
  );
}

function GraphName() {
  const name = useGraph((state) => state.document.name);
  return (
    <input
      className={styles.name}
      aria-label="Name of the graph"
      data-testid="graph-name"
      value={name}
      placeholder="Untitled"
      maxLength={128}
      // As wide as its text, within limits: the bar does not move while one types.
      size={Math.min(28, Math.max(8, name.length + 1))}
      onChange={(event) =>
        transact(
          "Rename graph",
          (draft) => {
            draft.name = event.target.value;
          },
          "graph-name",
        )
      }
      onBlur={endGesture}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}

const FILE_ITEMS = ["file.new", "file.open", "file.export", "file.copy", "file.save"];

function FileMenu() {
  return (
    <Menu label="File" trigger={<IconButton icon={MenuIcon} label="File and more" data-testid="file-menu" />}>
      {FILE_ITEMS.map((id) => (
        <CommandItem key={id} id={id} />
      ))}
      <MenuSeparator />
      {["help.shortcuts", "view.system-theme", "go.start"].map((id) => (
        <CommandItem key={id} id={id} />
      ))}
    </Menu>
  );
}

function HistoryButtons() {
  const { undo, redo } = useHistoryLabels();
  return (
    <>
      <IconButton
        icon={Undo2}
        label={undo === null ? "Undo" : `Undo: ${undo}`}
        shortcut="Mod+Z"
        data-testid="undo"
        disabledReason={undo === null ? "nothing to undo" : undefined}
        onClick={() => runCommand("edit.undo")}
      />
      <IconButton
        icon={Redo2}
        label={redo === null ? "Redo" : `Redo: ${redo}`}
        shortcut="Mod+Shift+Z"
        data-testid="redo"
        disabledReason={redo === null ? "nothing to redo" : undefined}
        onClick={() => runCommand("edit.redo")}
      />
    </>
  );
}

function ThemeButton() {
  useTheme();
  const dark = isDark();
  return (
    <IconButton
      icon={dark ? Sun : Moon}
      label={dark ? "Light" : "Dark"}
      data-testid="theme-toggle"
      onClick={() => runCommand("view.theme")}
    />
  );
}
