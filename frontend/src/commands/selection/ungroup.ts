import { selectedBlock, ungroupSelection } from "../../editing/scoping";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.ungroup",
  title: "Ungroup the block",
  group: "Selection",
  shortcut: "Mod+Shift+G",
  enabled: () => selectedBlock()?.kind === "Block",
  run: ungroupSelection,
});
