import { showShortcuts } from "../../workspace/layout-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "help.shortcuts",
  title: "Keyboard shortcuts",
  group: "Help",
  shortcut: "?",
  run: () => showShortcuts(true),
});
