import { duplicateSelection } from "../../editing/copying";
import { hasSelection } from "../../graph/selection-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "edit.duplicate",
  title: "Duplicate",
  group: "Edit",
  shortcut: "Mod+D",
  enabled: hasSelection,
  run: duplicateSelection,
});
