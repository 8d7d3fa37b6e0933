import { graphStore } from "../../graph/graph-store";
import { currentState, runSession } from "../../run/session";
import { pause, resume, train } from "../../run/steering";
import { defineCommand } from "../define-command";

/** One key to start and to hold, as on a player. */
export default defineCommand({
  id: "run.train",
  title: "Train, pause or resume",
  group: "Run",
  shortcut: "Mod+Enter",
  whileTyping: true,
  enabled: () => graphStore.getState().graphId !== null && runSession.getState().busy === null,
  run: () => {
    const state = currentState();
    if (state === "running" || state === "starting") return pause();
    return state === "paused" ? resume() : train();
  },
});
