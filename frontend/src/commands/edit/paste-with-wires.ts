import { pasteFromClipboard } from "../../editing/clipboard-text";
import { graphStore } from "../../graph/graph-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "edit.paste-with-wires",
  title: "Paste, keeping incoming wires",
  group: "Edit",
  shortcut: "Mod+Shift+V",
  isNative: true,
  enabled: () => graphStore.getState().graphId !== null,
  run: () => pasteFromClipboard({ keepIncoming: true }),
});
