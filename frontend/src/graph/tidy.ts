import { around, type Box, onGrid, upToGrid } from "./align";
import { FRAME_PADDING, frameOf, type Rectangle } from "./frames";
import { type Flow, inColumns } from "./layers";
import { GRID, type Position } from "./types";

/** All that can be laid out, where and how large it is now. */
export interface Scene {
  readonly cards: readonly Box[];
  readonly notes: readonly Box[];
  readonly frames: readonly Box[];
  readonly flows: readonly Flow[];
}

const NOTE_GAP = 2 * GRID;

/**
 * Where everything goes in columns by data flow, in the order of rows in which it lies now. A frame keeps what it holds:
 * its inside is laid out for itself, and the frame is fitted around it and placed like a card. Notes stand in a row above
 * the cards that they are among. The upper left corner stays where it is.
 */
export function tidy(scene: Scene): ReadonlyMap<string, Rectangle> {
  const all = [...scene.cards, ...scene.notes, ...scene.frames];
  if (all.length === 0) return new Map();
  const parents = new Map(all.map((box) => [box.id, frameOf(box, scene.frames)?.id ?? null]));
  const { x, y } = around(all);
  const laidOut = layOut(null, { scene, parents });
  return new Map(
    [...laidOut.places].map(([id, box]) => [id, { ...box, x: box.x + onGrid(x), y: box.y + onGrid(y) }]),
  );
}

interface Group {
  readonly scene: Scene;
  /** The frame that each part lies in; null for those in none. */
  readonly parents: ReadonlyMap<string, string | null>;
}

interface LaidOut {
  /** From the upper left corner of the group. */
  readonly places: ReadonlyMap<string, Rectangle>;
  readonly width: number;
  readonly height: number;
}

/** Lay out what lies in one frame, or in none. */
function layOut(frame: string | null, group: Group): LaidOut {
  const { scene, parents } = group;
  const isHere = ({ id }: Box) => parents.get(id) === frame;
  const cards = scene.cards.filter(isHere);
  const frames = scene.frames.filter(isHere);
  const insides = new Map(frames.map((inner) => [inner.id, framed(inner, layOut(inner.id, group))]));
  const parts = [...cards, ...frames]
    .toSorted((a, b) => a.y - b.y || a.x - b.x)
    .map((box) => ({ ...box, ...sizeOf(insides.get(box.id) ?? box) }));
  const notes = rowOf(scene.notes.filter(isHere));
  const below = notes.height === 0 ? 0 : notes.height + NOTE_GAP;
  const columns = inColumns(parts, flowsAmong(frame, insides, group));
  const places = new Map<string, Rectangle>(notes.places);
  for (const part of parts) {
    const place = columns.get(part.id) ?? { x: 0, y: 0 };
    const at = { x: place.x, y: place.y + below };
    places.set(part.id, { ...at, ...sizeOf(part) });
    for (const [id, box] of insides.get(part.id)?.places ?? []) places.set(id, shifted(box, at));
  }
  const { width, height } = around([...places.values()]);
  return { places, width, height };
}

/** The wires as they run among the parts of one group: those that lead into a frame from outside end at the frame. */
function flowsAmong(
  frame: string | null,
  insides: ReadonlyMap<string, LaidOut>,
  { scene, parents }: Group,
): Flow[] {
  const standIn = (card: string, height: number): { id: string; at: number } | null => {
    let id = card;
    for (let parent = parents.get(id); parent !== frame; parent = parents.get(id)) {
      if (parent == null) return null;
      id = parent;
    }
    return { id, at: height + (insides.get(id)?.places.get(card)?.y ?? 0) };
  };
  return scene.flows.flatMap(({ source, target, from, to, rise = 0 }) => {
    const [start, end] = [standIn(source, from), standIn(target, to)];
    if (start === null || end === null || start.id === end.id) return [];
    return [{ source: start.id, target: end.id, from: start.at, to: end.at, rise }];
  });
}

function framed(frame: Box, inside: LaidOut): LaidOut {
  if (inside.places.size === 0) return { ...inside, width: frame.width, height: frame.height };
  const { side, top, bottom } = FRAME_PADDING;
  return {
    places: new Map([...inside.places].map(([id, box]) => [id, shifted(box, { x: side, y: top })])),
    width: upToGrid(inside.width + 2 * side),
    height: upToGrid(inside.height + top + bottom),
  };
}

function rowOf(notes: readonly Box[]): LaidOut {
  const places = new Map<string, Rectangle>();
  let x = 0;
  for (const note of notes.toSorted((a, b) => a.x - b.x)) {
    places.set(note.id, { x, y: 0, ...sizeOf(note) });
    x += upToGrid(note.width) + NOTE_GAP;
  }
  const height = upToGrid(Math.max(0, ...notes.map((note) => note.height)));
  return { places, width: x, height };
}

function sizeOf({ width, height }: Pick<Box, "width" | "height">): Pick<Box, "width" | "height"> {
  return { width, height };
}

function shifted(box: Rectangle, { x, y }: Position): Rectangle {
  return { ...box, x: box.x + x, y: box.y + y };
}
