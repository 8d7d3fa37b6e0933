import { hasSelection } from "../../graph/selection-store";
import { canProbe, probeSelection } from "../../run/probing";
import { currentState } from "../../run/session";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "run.probe",
  title: "Look inside the selected nodes while they train",
  group: "Run",
  enabled: () => hasSelection() && canProbe(currentState()),
  run: probeSelection,
});
