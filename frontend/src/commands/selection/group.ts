import { groupSelection } from "../../editing/scoping";
import { selectedParts } from "../../graph/selection-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.group",
  title: "Group into a block",
  group: "Selection",
  shortcut: ["Mod+G", "Mod+Shift+E"],
  enabled: () => selectedParts().size > 0,
  run: groupSelection,
});
