import { canvas } from "../../editing/canvas-handle";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "add.node",
  title: "Add a node…",
  group: "Add",
  shortcut: ["Shift+A", "Tab"],
  enabled: () => canvas() !== null,
  run: () => canvas()?.openSearch(),
});
