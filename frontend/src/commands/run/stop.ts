import { isLive } from "../../run/run-state";
import { currentState } from "../../run/session";
import { stop } from "../../run/steering";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "run.stop",
  title: "Stop and keep the weights",
  group: "Run",
  shortcut: "Mod+Alt+Enter",
  whileTyping: true,
  enabled: () => isLive(currentState()),
  run: stop,
});
