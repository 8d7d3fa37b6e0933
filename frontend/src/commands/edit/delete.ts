import { deleteSelection } from "../../editing/actions";
import { hasSelection } from "../../graph/selection-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "edit.delete",
  title: "Delete",
  group: "Edit",
  shortcut: ["Delete", "Backspace"],
  enabled: hasSelection,
  run: () => deleteSelection(),
});
