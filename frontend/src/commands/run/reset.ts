import { currentState, reset } from "../../run/session";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "run.reset",
  title: "Reset: stop, and clear the curves",
  group: "Run",
  enabled: () => currentState() !== null,
  run: reset,
});
