import { canvas } from "../../editing/canvas-handle";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.zoom-100",
  title: "Zoom to 100 %",
  group: "View",
  shortcut: "Mod+0",
  enabled: () => canvas() !== null,
  run: () => canvas()?.zoomTo(1),
});
