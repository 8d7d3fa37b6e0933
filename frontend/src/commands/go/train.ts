import { graphStore } from "../../graph/graph-store";
import { setMode } from "../../workspace/layout-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "go.train",
  title: "Go to Train",
  group: "Go",
  shortcut: "Shift+3",
  enabled: () => graphStore.getState().graphId !== null,
  run: () => setMode("train"),
});
