import { graphStore } from "../../graph/graph-store";
import { setMode } from "../../workspace/layout-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "go.build",
  title: "Go to Build",
  group: "Go",
  shortcut: "Shift+2",
  enabled: () => graphStore.getState().graphId !== null,
  run: () => setMode("build"),
});
