import { graphStore } from "../../graph/graph-store";
import { togglePanel } from "../../workspace/layout-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.inspector",
  title: "Show or hide the inspector",
  group: "View",
  shortcut: "Mod+I",
  enabled: () => graphStore.getState().graphId !== null,
  run: () => togglePanel("inspector"),
});
