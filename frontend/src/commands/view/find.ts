import { canvas } from "../../editing/canvas-handle";
import { askToFind } from "../../editing/finding";
import { layoutStore, showNodeList } from "../../workspace/layout-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.find",
  title: "Find nodes",
  group: "View",
  shortcut: "Mod+F",
  whileTyping: true,
  enabled: () => canvas() !== null && layoutStore.getState().mode !== "data",
  run: () => {
    // What is found is shown on the canvas.
    showNodeList(false);
    askToFind();
  },
});
