import { selectedParts } from "../../graph/selection-store";
import { showConnect } from "../../workspace/layout-store";
import { defineCommand } from "../define-command";

/** Wires without a pointer: choose the port that the selected node is connected to. */
export default defineCommand({
  id: "edit.connect",
  title: "Connect the selected node to…",
  group: "Edit",
  shortcut: "Shift+C",
  enabled: () => selectedParts().size === 1,
  run: () => showConnect(true),
});
