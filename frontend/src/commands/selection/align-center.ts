import { alignSelection, countOfMoved } from "../../editing/arranging";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.align-center",
  title: "Align centers",
  group: "Selection",
  enabled: () => countOfMoved() > 1,
  run: () => alignSelection("center"),
});
