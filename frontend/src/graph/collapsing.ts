import { type Box, upToGrid } from "./align";
import { CARD_WIDTH, type Frame, GRID, type GraphDocument, type Wire } from "./types";

/** Collapsed frames: a bar with the title stands for the frame and for all that it hides. */

export const BAR_HEIGHT = 2 * GRID;
/** In pixels: of a letter of the title, about, and of what stands beside the title. */
const LETTER = 8;
const BESIDE_TITLE = 120;

/** As wide as its title needs, but no wider than twice a card. */
export function barOf({ id, title, position }: Pick<Frame, "id" | "title" | "position">): Box {
  const wanted = upToGrid(title.length * LETTER + BESIDE_TITLE);
  const width = Math.max(CARD_WIDTH, Math.min(wanted, 2 * CARD_WIDTH));
  return { id, ...position, width, height: BAR_HEIGHT };
}

type Folding = Pick<Frame, "id" | "hides">;

/** For each part that is not seen, the bar that stands for it: the outermost, where one hides another. */
export function hiddenAmong(frames: readonly Folding[]): ReadonlyMap<string, string> {
  const hidden = new Set(frames.flatMap(({ hides }) => hides ?? []));
  const bars = frames.filter(({ id, hides }) => hides !== null && !hidden.has(id));
  return new Map(bars.flatMap(({ id, hides }) => (hides ?? []).map((part) => [part, id] as const)));
}

const known = new WeakMap<GraphDocument["frames"], ReadonlyMap<string, string>>();

/** As `hiddenAmong`, found once for documents, which never change. */
export function hiddenIn({ frames }: Pick<GraphDocument, "frames">): ReadonlyMap<string, string> {
  const found = known.get(frames) ?? hiddenAmong(frames);
  known.set(frames, found);
  return found;
}

export function isOpen({ hides }: Pick<Frame, "hides">): boolean {
  return hides === null;
}

/** What some collapsed frames among these ids hide, however deep. */
export function hiddenBy(ids: ReadonlySet<string>, frames: readonly Folding[]): string[] {
  return frames.flatMap(({ id, hides }) => (ids.has(id) ? (hides ?? []) : []));
}

/** The cards or bars that a wire is seen between; null for one that is not seen. */
export function seenEnds(
  { source, target }: Wire,
  hidden: ReadonlyMap<string, string>,
): { readonly source: string; readonly target: string } | null {
  const [from, to] = [hidden.get(source.node), hidden.get(target.node)];
  if (from !== undefined && from === to) return null;
  return { source: from ?? source.node, target: to ?? target.node };
}
