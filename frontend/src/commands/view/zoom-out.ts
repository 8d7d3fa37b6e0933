import { canvas } from "../../editing/canvas-handle";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.zoom-out",
  title: "Zoom out",
  group: "View",
  shortcut: "Mod+-",
  enabled: () => canvas() !== null,
  run: () => canvas()?.zoomBy(1 / 1.25),
});
