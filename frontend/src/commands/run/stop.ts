import { currentState, isLive, stop } from "../../run/session";
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
