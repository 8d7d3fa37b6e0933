import { canGoOn } from "../../run/run-state";
import { currentState, runSession } from "../../run/session";
import { goOn } from "../../run/steering";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "run.continue",
  title: "Continue the interrupted run",
  group: "Run",
  enabled: () => canGoOn(currentState()),
  run: async () => {
    const { run } = runSession.getState();
    if (run !== null) await goOn(run);
  },
});
