import { goOut } from "../../editing/scoping";
import { graphStore } from "../../graph/graph-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "go.out-of-block",
  title: "Leave the block",
  group: "Go",
  shortcut: "Alt+ArrowUp",
  enabled: () => graphStore.getState().scope.length > 0,
  run: goOut,
});
