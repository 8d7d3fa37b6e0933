import { graphStore } from "../../graph/graph-store";
import { openRateFinder } from "../../run/rate-finder";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "run.find-learning-rate",
  title: "Find a learning rate",
  group: "Run",
  enabled: () => graphStore.getState().graphId !== null,
  run: openRateFinder,
});
