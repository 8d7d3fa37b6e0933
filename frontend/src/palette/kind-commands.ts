import type { Command } from "../commands/define-command";
import { addKind, freePlace } from "../editing/actions";
import { canvas } from "../editing/canvas-handle";
import { indexOf } from "../graph/document";
import { graphStore } from "../graph/graph-store";
import { selectedParts } from "../graph/selection-store";
import type { Kind, Position } from "../graph/types";

/** Each kind can be added from the palette: "Add Linear". */
export function kindToCommand(kind: Kind): Command {
  return {
    id: `kind.${kind.kind}`,
    title: `Add ${kind.title}`,
    group: "Add",
    enabled: () => canvas() !== null,
    run: () => addSomewhere(kind),
  };
}

/** Add a kind without a place: right of the one selected node, else in the middle of what is seen. */
export function addSomewhere(kind: Kind): void {
  addKind(kind, { at: freePlace(nextPlace()) });
}

function nextPlace(): Position {
  const [only, ...others] = selectedParts();
  const { document } = graphStore.getState();
  const node = only === undefined || others.length > 0 ? undefined : indexOf(document).nodes.get(only);
  if (node !== undefined) return { x: node.position.x + 320, y: node.position.y };
  const center = canvas()?.center() ?? { x: 0, y: 0 };
  return { x: center.x - 120, y: center.y - 60 };
}
