import { alignSelection, countOfMoved } from "../../editing/arranging";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.align-left",
  title: "Align left edges",
  group: "Selection",
  enabled: () => countOfMoved() > 1,
  run: () => alignSelection("left"),
});
