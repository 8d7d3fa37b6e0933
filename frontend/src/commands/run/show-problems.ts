import { graphStore } from "../../graph/graph-store";
import { openDock } from "../../run/session";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "run.show-problems",
  title: "Show the problems",
  group: "Run",
  enabled: () => graphStore.getState().graphId !== null,
  run: () => openDock("problems"),
});
