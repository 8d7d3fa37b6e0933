import { alignSelection, countOfMoved } from "../../editing/arranging";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.align-right",
  title: "Align right edges",
  group: "Selection",
  enabled: () => countOfMoved() > 1,
  run: () => alignSelection("right"),
});
