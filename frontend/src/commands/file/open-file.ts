import { pickFile } from "../../workspace/graph-session";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "file.open",
  title: "Open a file…",
  group: "File",
  shortcut: "Mod+O",
  whileTyping: true,
  run: pickFile,
});
