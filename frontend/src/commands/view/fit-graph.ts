import { canvas } from "../../editing/canvas-handle";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.fit",
  title: "Fit the graph",
  group: "View",
  shortcut: [".", "Mod+1"],
  enabled: () => canvas() !== null,
  run: () => canvas()?.fitView(),
});
