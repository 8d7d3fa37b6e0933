import { graphStore } from "../../graph/graph-store";
import { downloadFile } from "../../workspace/graph-session";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "file.export",
  title: "Save as a file",
  group: "File",
  shortcut: "Mod+Shift+S",
  whileTyping: true,
  enabled: () => graphStore.getState().graphId !== null,
  run: downloadFile,
});
