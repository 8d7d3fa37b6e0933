import { withContents } from "../../editing/framing";
import { groupSelection } from "../../editing/scoping";
import { indexOf } from "../../graph/document";
import { graphStore } from "../../graph/graph-store";
import { selectedParts } from "../../graph/selection-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.group",
  title: "Group into a block",
  group: "Selection",
  shortcut: ["Mod+G", "Mod+Shift+E"],
  enabled: () => {
    const { nodes } = indexOf(graphStore.getState().document);
    return [...withContents(selectedParts())].some((id) => nodes.has(id));
  },
  run: groupSelection,
});
