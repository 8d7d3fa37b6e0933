import { showPalette } from "../../workspace/layout-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "help.palette",
  title: "All commands…",
  group: "Help",
  shortcut: ["Mod+K", "F1"],
  whileTyping: true,
  run: () => showPalette(true),
});
