import { navigate } from "wouter/use-browser-location";
import { defineCommand } from "../define-command";

export default defineCommand({
  id: "go.start",
  title: "Go to the start page",
  group: "Go",
  run: () => navigate("/"),
});
