import { fitFrames, selectedFrames } from "../../editing/framing";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.fit-frame",
  title: "Fit the frame to what is in it",
  group: "Selection",
  enabled: () => selectedFrames().length > 0,
  run: fitFrames,
});
