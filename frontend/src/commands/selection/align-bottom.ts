import { alignSelection, countOfMoved } from "../../editing/arranging";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.align-bottom",
  title: "Align bottom edges",
  group: "Selection",
  enabled: () => countOfMoved() > 1,
  run: () => alignSelection("bottom"),
});
