import { currentState } from "../../run/session";
import { reset } from "../../run/steering";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "run.reset",
  title: "Reset: stop, and clear the curves",
  group: "Run",
  enabled: () => currentState() !== null,
  run: reset,
});
