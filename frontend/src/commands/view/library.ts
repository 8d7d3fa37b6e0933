import { graphStore } from "../../graph/graph-store";
import { togglePanel } from "../../workspace/layout-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.library",
  title: "Show or hide the library",
  group: "View",
  shortcut: "N",
  enabled: () => graphStore.getState().graphId !== null,
  run: () => togglePanel("library"),
});
