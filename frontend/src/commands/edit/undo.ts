import { graphStore, undo } from "../../graph/graph-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "edit.undo",
  title: "Undo",
  group: "Edit",
  shortcut: "Mod+Z",
  enabled: () => graphStore.getState().timeline.done.length > 0,
  run: undo,
});
