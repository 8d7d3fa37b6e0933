import { canvas } from "../../editing/canvas-handle";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.zoom-in",
  title: "Zoom in",
  group: "View",
  shortcut: ["Mod++", "Mod+="],
  enabled: () => canvas() !== null,
  run: () => canvas()?.zoomBy(1.25),
});
