import { alignSelection, countOfMoved } from "../../editing/arranging";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.align-top",
  title: "Align top edges",
  group: "Selection",
  enabled: () => countOfMoved() > 1,
  run: () => alignSelection("top"),
});
