import { hiddenIn } from "../../graph/collapsing";
import { graphStore } from "../../graph/graph-store";
import { takenIds } from "../../graph/identifiers";
import { select } from "../../graph/selection-store";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "selection.all",
  title: "Select all",
  group: "Selection",
  shortcut: "Mod+A",
  enabled: () => graphStore.getState().graphId !== null,
  // What a collapsed frame hides goes with the frame.
  run: () => {
    const { document } = graphStore.getState();
    select(takenIds(document).difference(hiddenIn(document)));
  },
});
