import { align, type Box, type Direction, distribute, type Edge, type Places } from "../graph/align";
import { plural } from "../graph/describe";
import { holds, setFrame, withCarried, withMembers } from "../graph/frames";
import { graphStore, transact } from "../graph/graph-store";
import { move } from "../graph/operations";
import { selectedParts } from "../graph/selection-store";
import { tidy } from "../graph/tidy";
import { boxesShown, flowsShown } from "./boxes";
import { canvas } from "./canvas-handle";

/** Bringing order into what is selected, or into all of it. Each is one step of the history. */

const EDGES: Readonly<Record<Edge, string>> = {
  left: "left edges",
  center: "centers",
  right: "right edges",
  top: "top edges",
  middle: "middles",
  bottom: "bottom edges",
};

export function alignSelection(edge: Edge): void {
  const boxes = movedTogether();
  if (boxes.length > 1) place(`Align ${EDGES[edge]}`, align(boxes, edge));
}

export function distributeSelection(direction: Direction): void {
  const boxes = movedTogether();
  const label = direction === "across" ? "Distribute across" : "Distribute down";
  if (boxes.length > 2) place(label, distribute(boxes, direction));
}

/** How many things would be aligned: a frame and what lies in it are one. */
export function countOfMoved(): number {
  return movedTogether().length;
}

/** The selected parts, but what lies in a selected frame goes with the frame. */
function movedTogether(): Box[] {
  const ids = selectedParts();
  const { cards, notes, frames } = boxesShown();
  const chosen = frames.filter(({ id }) => ids.has(id));
  return [...cards, ...notes, ...frames].filter(
    (box) => ids.has(box.id) && !chosen.some((frame) => holds(frame, box)),
  );
}

function place(label: string, places: Places): void {
  const { cards, notes, frames } = boxesShown();
  transact(label, (draft) => move(draft, withCarried(places, [...cards, ...notes], frames)));
}

/** Lay out what is selected, or all that is shown, in columns by data flow. */
export function tidyUp(): void {
  const { cards, notes, frames } = boxesShown();
  const chosen = withMembers(selectedParts(), [...cards, ...notes], frames);
  const isWhole = chosen.size < 2 || chosen.size === cards.length + notes.length + frames.length;
  const wanted = (boxes: readonly Box[]) => boxes.filter(({ id }) => isWhole || chosen.has(id));
  const scene = { cards: wanted(cards), notes: wanted(notes), frames: wanted(frames), flows: flowsShown() };
  if (scene.cards.length === 0) return;
  const places = tidy(scene);
  transact(isWhole ? "Tidy up the graph" : `Tidy up ${plural(chosen.size, "part")}`, (draft) => {
    move(draft, places);
    for (const { id } of scene.frames) {
      const { width, height } = places.get(id) ?? {};
      if (width !== undefined && height !== undefined) setFrame(draft, id, { width, height });
    }
  });
  // After the cards have been drawn in their new places.
  if (isWhole) requestAnimationFrame(() => canvas()?.fitView());
}

export function canTidy(): boolean {
  return graphStore.getState().document.nodes.length > 0;
}
