import { downloadModel } from "../../run/download-model";
import { hasWeights } from "../../run/run-state";
import { currentState, runSession } from "../../run/session";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "run.download-model",
  title: "Download the trained model",
  group: "Run",
  enabled: () => hasWeights(currentState(), runSession.getState().telemetry?.facts.savedStep ?? null),
  run: () => {
    const { run } = runSession.getState();
    if (run !== null) downloadModel(run);
  },
});
