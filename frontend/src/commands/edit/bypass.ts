import { bypassable, toggleBypass } from "../../editing/leaving-out";
import { defineCommand } from "../define-command";

/** What comes in goes out, as if the node were not there. Once more, and it is there again. */
export default defineCommand({
  id: "edit.bypass",
  title: "Bypass or take in again",
  group: "Edit",
  shortcut: "Mod+B",
  enabled: () => bypassable().length > 0,
  run: toggleBypass,
});
