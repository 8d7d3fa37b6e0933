import { freezable, toggleFreeze } from "../../editing/leaving-out";
import { defineCommand } from "../define-command";

/** No Optimizer changes the weights of a frozen node. */
export default defineCommand({
  id: "edit.freeze",
  title: "Freeze or unfreeze weights",
  group: "Edit",
  shortcut: "Shift+F",
  enabled: () => freezable().length > 0,
  run: toggleFreeze,
});
