import { deleteSelection } from "../../editing/actions";
import { hasSelection } from "../../graph/selection-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "edit.delete-and-heal",
  title: "Delete, leading wires around",
  group: "Edit",
  shortcut: "Shift+Delete",
  enabled: hasSelection,
  run: () => deleteSelection(true),
});
