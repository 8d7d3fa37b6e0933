import { setTheme } from "../../workspace/theme";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "view.system-theme",
  title: "Light or dark as the system has it",
  group: "View",
  run: () => setTheme("system"),
});
