import { startRename } from "../../editing/rename";
import { selectedParts } from "../../graph/selection-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "edit.rename",
  title: "Rename",
  group: "Edit",
  shortcut: "F2",
  enabled: () => selectedParts().size === 1,
  run: () => {
    const [id] = selectedParts();
    if (id !== undefined) startRename(id);
  },
});
