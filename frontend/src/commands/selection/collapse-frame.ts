import { foldable, toggleFrames } from "../../editing/framing";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.collapse-frame",
  title: "Collapse or open the frame",
  group: "Selection",
  shortcut: "Alt+C",
  enabled: () => foldable().length > 0,
  run: () => toggleFrames(),
});
