import { pasteFromClipboard } from "../../editing/clipboard-text";
import { graphStore } from "../../graph/graph-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "edit.paste",
  title: "Paste",
  group: "Edit",
  shortcut: "Mod+V",
  isNative: true,
  enabled: () => graphStore.getState().graphId !== null,
  run: () => pasteFromClipboard({ keepIncoming: false }),
});
