import { canTidy, tidyUp } from "../../editing/arranging";
import { defineCommand } from "../define-command";

/** Of what is selected, or of all that the canvas shows. */
export default defineCommand({
  id: "selection.tidy",
  title: "Tidy up in columns by data flow",
  group: "Selection",
  shortcut: "Shift+T",
  enabled: canTidy,
  run: tidyUp,
});
