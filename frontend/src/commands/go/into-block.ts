import { goInto, selectedBlock } from "../../editing/scoping";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "go.into-block",
  title: "Open the block",
  group: "Go",
  shortcut: "Alt+ArrowDown",
  enabled: () => selectedBlock() !== null,
  run: () => {
    const node = selectedBlock();
    if (node !== null) goInto(node.id);
  },
});
