import { nudgeSelection } from "../../editing/actions";
import { hasSelection } from "../../graph/selection-store";
import { GRID } from "../../graph/types";
import { defineCommand } from "../define-command";

const DIRECTIONS: Readonly<Record<string, { x: number; y: number }>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** One command for four keys: the press says which way, and Shift goes five steps. */
export default defineCommand({
  id: "selection.nudge",
  title: "Move by one grid step",
  group: "Selection",
  shortcut: [
    "ArrowLeft",
    "ArrowRight",
    "ArrowUp",
    "ArrowDown",
    "Shift+ArrowLeft",
    "Shift+ArrowRight",
    "Shift+ArrowUp",
    "Shift+ArrowDown",
  ],
  enabled: hasSelection,
  run: (press) => {
    const direction = DIRECTIONS[press?.key ?? "ArrowRight"] ?? { x: 1, y: 0 };
    const by = GRID * (press?.shiftKey ? 5 : 1);
    nudgeSelection({ x: direction.x * by, y: direction.y * by });
  },
});
