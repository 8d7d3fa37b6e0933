import { graphStore } from "../../graph/graph-store";
import { setMode } from "../../workspace/layout-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "go.data",
  title: "Go to Data",
  group: "Go",
  shortcut: "Shift+1",
  enabled: () => graphStore.getState().graphId !== null,
  run: () => setMode("data"),
});
