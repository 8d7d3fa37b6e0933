import { hasSelection, selectNothing } from "../../graph/selection-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.none",
  title: "Select nothing",
  group: "Selection",
  shortcut: "Escape",
  enabled: hasSelection,
  run: selectNothing,
});
