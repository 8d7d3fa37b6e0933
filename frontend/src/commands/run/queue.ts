import { isLive } from "../../run/run-state";
import { currentState, runSession } from "../../run/session";
import { queue } from "../../run/steering";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "run.queue",
  title: "Queue another run of the graph as it is drawn",
  group: "Run",
  enabled: () => isLive(currentState()) && runSession.getState().busy === null,
  run: () => queue(),
});
