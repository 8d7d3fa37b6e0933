import { countOfMoved, distributeSelection } from "../../editing/arranging";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.distribute-down",
  title: "Distribute down with even gaps",
  group: "Selection",
  enabled: () => countOfMoved() > 2,
  run: () => distributeSelection("down"),
});
