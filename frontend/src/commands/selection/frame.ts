import { frameSelection } from "../../editing/framing";
import { selectedParts } from "../../graph/selection-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.frame",
  title: "Draw a frame around it",
  group: "Selection",
  shortcut: "Shift+G",
  enabled: () => selectedParts().size > 0,
  run: frameSelection,
});
