import { writeClipboard } from "../../editing/clipboard-text";
import { copySelection } from "../../editing/copying";
import { hasSelection } from "../../graph/selection-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "edit.copy",
  title: "Copy",
  group: "Edit",
  shortcut: "Mod+C",
  isNative: true,
  enabled: hasSelection,
  run: () => writeClipboard(copySelection()),
});
