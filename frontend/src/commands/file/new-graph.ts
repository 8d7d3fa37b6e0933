import { emptyDocument } from "../../graph/document";
import { storeNew } from "../../workspace/graph-session";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "file.new",
  title: "New graph",
  group: "File",
  run: async () => {
    await storeNew(emptyDocument());
  },
});
