import { fitFrames, selectedFrames } from "../../editing/framing";
import { isOpen } from "../../graph/collapsing";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.fit-frame",
  title: "Fit the frame to what is in it",
  group: "Selection",
  enabled: () => selectedFrames().some(isOpen),
  run: fitFrames,
});
