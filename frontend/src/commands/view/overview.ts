import { canvas } from "../../editing/canvas-handle";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.overview",
  title: "Show or hide the overview",
  group: "View",
  shortcut: "Alt+M",
  enabled: () => canvas() !== null,
  run: () => canvas()?.toggleMinimap(),
});
