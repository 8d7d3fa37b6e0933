import { graphStore } from "../../graph/graph-store";
import { togglePanel } from "../../workspace/layout-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.dock",
  title: "Show or hide the run dock",
  group: "View",
  shortcut: "Mod+J",
  enabled: () => graphStore.getState().graphId !== null,
  run: () => togglePanel("dock"),
});
