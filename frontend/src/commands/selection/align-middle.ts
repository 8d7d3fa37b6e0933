import { alignSelection, countOfMoved } from "../../editing/arranging";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.align-middle",
  title: "Align middles",
  group: "Selection",
  enabled: () => countOfMoved() > 1,
  run: () => alignSelection("middle"),
});
