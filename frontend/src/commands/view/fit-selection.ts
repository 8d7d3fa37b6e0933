import { canvas } from "../../editing/canvas-handle";
import { selectedParts } from "../../graph/selection-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.fit-selection",
  title: "Fit the selection",
  group: "View",
  shortcut: "F",
  enabled: () => canvas() !== null && selectedParts().size > 0,
  run: () => canvas()?.fitView([...selectedParts()]),
});
