import { canvas } from "../../editing/canvas-handle";
import { askToFind } from "../../editing/finding";
import { layoutStore } from "../../workspace/layout-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.find",
  title: "Find nodes",
  group: "View",
  shortcut: "Mod+F",
  whileTyping: true,
  enabled: () => canvas() !== null && layoutStore.getState().mode !== "data",
  run: askToFind,
});
