import { graphStore } from "../../graph/graph-store";
import { setMode } from "../../workspace/layout-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "go.evaluate",
  title: "Go to Evaluate",
  group: "Go",
  shortcut: "Shift+4",
  enabled: () => graphStore.getState().graphId !== null,
  run: () => setMode("evaluate"),
});
