import { writeClipboard } from "../../editing/clipboard-text";
import { cutSelection } from "../../editing/copying";
import { hasSelection } from "../../graph/selection-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "edit.cut",
  title: "Cut",
  group: "Edit",
  shortcut: "Mod+X",
  isNative: true,
  enabled: hasSelection,
  run: () => writeClipboard(cutSelection()),
});
