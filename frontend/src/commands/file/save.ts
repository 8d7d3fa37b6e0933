import { graphStore } from "../../graph/graph-store";
import { saveNow } from "../../workspace/graph-session";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "file.save",
  title: "Save now",
  group: "File",
  shortcut: "Mod+S",
  whileTyping: true,
  enabled: () => graphStore.getState().graphId !== null,
  run: saveNow,
});
