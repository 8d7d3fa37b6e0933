import { canvas } from "../../editing/canvas-handle";
import { layoutStore, showNodeList } from "../../workspace/layout-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.node-list",
  title: "Show the nodes as a list, or the canvas",
  group: "View",
  shortcut: "Alt+L",
  enabled: () => canvas() !== null && layoutStore.getState().mode !== "data",
  run: () => showNodeList(!layoutStore.getState().nodeList),
});
