import { toggleTheme } from "../../workspace/theme";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.theme",
  title: "Switch between light and dark",
  group: "View",
  run: toggleTheme,
});
