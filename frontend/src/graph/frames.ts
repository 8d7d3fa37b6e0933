import { around, type Box, type Places, upToGrid } from "./align";
import { freshId, takenIds } from "./identifiers";
import type { GraphDraft } from "./operations";
import { type Frame, GRID, type Position } from "./types";

/** Frames: titled rectangles behind cards. What they hold is not written down: it is what lies in them. */

export type Rectangle = Omit<Box, "id">;

/** Between a frame and what it holds; at the top there is the title too. */
export const FRAME_PADDING = { side: GRID, top: 3 * GRID, bottom: GRID } as const;
export const SMALLEST_FRAME = { width: 6 * GRID, height: 4 * GRID } as const;

export const FRAME_COLORS: readonly Frame["color"][] = ["plain", "teal", "green", "amber", "rose", "violet"];

export function frameAround(boxes: readonly Rectangle[]): Rectangle {
  const { x, y, width, height } = around(boxes);
  const { side, top, bottom } = FRAME_PADDING;
  return {
    x: x - side,
    y: y - top,
    width: upToGrid(width + 2 * side),
    height: upToGrid(height + top + bottom),
  };
}

/** Whether something lies in a frame: its middle does, and it is the smaller of the two. */
export function holds(frame: Rectangle, box: Rectangle): boolean {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const isOver = x >= frame.x && x <= frame.x + frame.width && y >= frame.y && y <= frame.y + frame.height;
  return isOver && areaOf(box) < areaOf(frame);
}

/** The innermost frame that something lies in. */
export function frameOf(box: Box, frames: readonly Box[]): Box | null {
  const holding = frames.filter((frame) => frame.id !== box.id && holds(frame, box));
  return holding.toSorted((a, b) => areaOf(a) - areaOf(b))[0] ?? null;
}

/** The ids together with those of everything that lies in frames among them. */
export function withMembers(
  ids: ReadonlySet<string>,
  boxes: readonly Box[],
  frames: readonly Box[],
): Set<string> {
  const taken = frames.filter((frame) => ids.has(frame.id));
  const held = [...boxes, ...frames].filter((box) =>
    taken.some((frame) => frame.id !== box.id && holds(frame, box)),
  );
  return new Set([...ids, ...held.map(({ id }) => id)]);
}

/** Places for what is moved, and for all that lies in moved frames: it moves as its innermost moved frame does. */
export function withCarried(
  places: Places,
  boxes: readonly Box[],
  frames: readonly Box[],
): Map<string, Position> {
  const moved = frames.filter(({ id }) => places.has(id));
  const carried = new Map(places);
  for (const box of moved.length === 0 ? [] : [...boxes, ...frames]) {
    const frame = frameOf(box, moved);
    const place = frame === null ? undefined : places.get(frame.id);
    if (frame === null || place === undefined || carried.has(box.id)) continue;
    carried.set(box.id, { x: box.x + place.x - frame.x, y: box.y + place.y - frame.y });
  }
  return carried;
}

function areaOf({ width, height }: Rectangle): number {
  return width * height;
}

export function boxOf({
  id,
  position,
  width,
  height,
}: Pick<Frame, "id" | "position" | "width" | "height">): Box {
  return { id, ...position, width, height };
}

export function addFrame(draft: GraphDraft, { x, y, width, height }: Rectangle, title = ""): string {
  const id = freshId("frame", takenIds(draft));
  draft.frames.push({ id, title, color: "plain", position: { x, y }, width, height, hides: null });
  return id;
}

/** What a copy of a frame hides, by the ids of the copies. */
export function renamedHidden(
  { hides }: Pick<Frame, "hides">,
  renamed: ReadonlyMap<string, string>,
): string[] | null {
  return hides === null ? null : hides.flatMap((id) => renamed.get(id) ?? []);
}

export function setFrame(draft: GraphDraft, frame: string, change: Partial<Omit<Frame, "id">>): void {
  const found = draft.frames.find(({ id }) => id === frame);
  if (found !== undefined) Object.assign(found, change);
}
