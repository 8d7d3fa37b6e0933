import { currentState, isLive, queue, runSession } from "../../run/session";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "run.queue",
  title: "Queue another run of the graph as it is drawn",
  group: "Run",
  enabled: () => isLive(currentState()) && runSession.getState().busy === null,
  run: () => queue(),
});
