import { graphStore } from "../../graph/graph-store";
import { runSession } from "../../run/session";
import { step } from "../../run/steering";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "run.step",
  title: "Train one step",
  group: "Run",
  shortcut: "Mod+Shift+Enter",
  whileTyping: true,
  enabled: () => graphStore.getState().graphId !== null && runSession.getState().busy === null,
  run: step,
});
