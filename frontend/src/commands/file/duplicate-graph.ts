import { graphStore } from "../../graph/graph-store";
import { storeNew } from "../../workspace/graph-session";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "file.copy",
  title: "Copy this graph to a new one",
  group: "File",
  enabled: () => graphStore.getState().graphId !== null,
  run: async () => {
    const { whole: document } = graphStore.getState();
    await storeNew({ ...document, name: `${document.name} (copy)`.slice(0, 128) });
  },
});
