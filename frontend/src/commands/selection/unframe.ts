import { selectedFrames, unframeSelection } from "../../editing/framing";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.unframe",
  title: "Remove the frame, keep what is in it",
  group: "Selection",
  enabled: () => selectedFrames().length > 0,
  run: unframeSelection,
});
