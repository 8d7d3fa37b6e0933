import { graphStore, redo } from "../../graph/graph-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "edit.redo",
  title: "Redo",
  group: "Edit",
  shortcut: ["Mod+Shift+Z", "Mod+Y"],
  enabled: () => graphStore.getState().timeline.undone.length > 0,
  run: redo,
});
