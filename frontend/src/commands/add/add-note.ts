import { addNoteAt } from "../../editing/actions";
import { canvas } from "../../editing/canvas-handle";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "add.note",
  title: "Add a note",
  group: "Add",
  shortcut: "Shift+N",
  enabled: () => canvas() !== null,
  run: () => {
    const place = canvas()?.pointer() ?? canvas()?.center();
    if (place !== undefined) addNoteAt(place);
  },
});
