import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Box } from "./align";
import { holds } from "./frames";
import type { Flow } from "./layers";
import { type Scene, tidy } from "./tidy";
import { GRID } from "./types";

const card = (id: string, x = 0, y = 0, height = 106): Box => ({ id, x, y, width: 240, height });
const flow = (source: string, target: string, from = 68, to = 68): Flow => ({ source, target, from, to });
const scene = (cards: Box[], flows: Flow[], more: Partial<Scene> = {}): Scene => ({
  cards,
  flows,
  notes: [],
  frames: [],
  ...more,
});
const overlap = (a: Omit<Box, "id">, b: Omit<Box, "id">) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe("a tidy graph", () => {
  it("is a straight line for a chain, from where its corner was", () => {
    const places = tidy(
      scene(
        [card("c", 900, 300), card("a", 400, 100), card("b", 500, 700)],
        [flow("a", "b"), flow("b", "c")],
      ),
    );
    expect(places.get("a")).toMatchObject({ x: 400, y: 100 });
    expect(places.get("b")).toMatchObject({ x: 720, y: 100 });
    expect(places.get("c")).toMatchObject({ x: 1040, y: 100 });
  });

  it("stands level though outputs lie below inputs", () => {
    const flows = [
      { ...flow("a", "b", 88, 68), rise: 20 },
      { ...flow("b", "c", 108, 68), rise: 40 },
    ];
    const places = tidy(scene([card("a"), card("b"), card("c")], flows));
    expect([...places.values()].map(({ y }) => y)).toEqual([0, 0, 0]);
  });

  it("puts what feeds a late node right before it", () => {
    const flows = [flow("a", "b"), flow("b", "c"), flow("c", "d"), flow("weight", "d", 68, 88)];
    const places = tidy(
      scene(
        ["a", "b", "c", "d", "weight"].map((id) => card(id)),
        flows,
      ),
    );
    expect(places.get("weight")?.x).toBe(places.get("c")?.x);
  });

  it("uncrosses wires", () => {
    const flows = [flow("a", "z"), flow("b", "y"), flow("z", "end", 68, 68), flow("y", "end", 68, 88)];
    const places = tidy(
      scene(
        [card("a", 0, 0), card("b", 0, 200), card("y", 300, 0), card("z", 300, 200), card("end", 600)],
        flows,
      ),
    );
    const y = (id: string) => places.get(id)?.y ?? Number.NaN;
    expect(Math.sign(y("a") - y("b"))).toBe(Math.sign(y("z") - y("y")));
    expect(y("z")).toBeLessThan(y("y"));
  });

  it("leads a long wire straight past the cards between, not behind them", () => {
    const flows = [flow("a", "b"), flow("b", "c"), flow("c", "add"), flow("a", "add", 68, 88)];
    const places = tidy(
      scene(
        ["a", "b", "c", "add"].map((id) => card(id)),
        flows,
      ),
    );
    const box = (id: string) => places.get(id) ?? card("?");
    const [start, end] = [box("a").y + 68, box("add").y + 88];
    const lane = { x: 0, y: Math.min(start, end), width: 2_000, height: Math.abs(end - start) + 1 };
    expect(Math.abs(end - start)).toBeLessThanOrEqual(GRID);
    expect(overlap(lane, box("b"))).toBe(false);
    expect(overlap(lane, box("c"))).toBe(false);
  });

  it("keeps in a frame what lies in it, fitted, and puts nothing else there", () => {
    const frame = { id: "frame", x: 280, y: -60, width: 600, height: 400 };
    const empty = { id: "empty", x: 3000, y: 0, width: 100, height: 100 };
    const cards = [card("a"), card("b", 300, 100), card("c", 590, 0), card("d", 1200), card("e", 0, 400)];
    const note = { id: "note", x: 620, y: 200, width: 200, height: 80 };
    const flows = [flow("a", "b"), flow("b", "c"), flow("c", "d"), flow("a", "e"), flow("e", "d", 68, 88)];
    const places = tidy(scene(cards, flows, { frames: [frame, empty], notes: [note] }));
    const around = places.get("frame") ?? card("?");
    const inside = [...places].filter(([id, box]) => id !== "frame" && holds(around, box)).map(([id]) => id);
    expect(inside.toSorted()).toEqual(["b", "c", "note"]);
    expect(overlap(around, places.get("e") ?? around)).toBe(false);
    expect(places.get("empty")).toMatchObject({ width: 100, height: 100 });
  });

  it("never hides a card behind another, stays on the grid and runs left to right, whatever it looked like", () => {
    const graphs = fc.integer({ min: 1, max: 14 }).chain((count) =>
      fc.record({
        cards: fc.tuple(
          ...Array.from({ length: count }, (_, at) =>
            fc
              .record({
                x: fc.integer({ min: -500, max: 500 }),
                y: fc.integer({ min: -500, max: 500 }),
                ports: fc.integer({ min: 1, max: 6 }),
              })
              .map(({ x, y, ports }) => card(`n${at}`, x, y, 66 + 20 * ports)),
          ),
        ),
        pairs: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 30 }),
        isWild: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(graphs, ({ cards, pairs, isWild }) => {
        const ends = isWild ? pairs : pairs.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
        const flows = ends.map(([a, b]) => flow(`n${a}`, `n${b}`));
        const places = tidy(scene(cards, flows));
        const boxes = [...places.values()];
        expect(boxes).toHaveLength(cards.length);
        for (const [at, one] of boxes.entries()) {
          expect([Math.abs(one.x % GRID), Math.abs(one.y % GRID)]).toEqual([0, 0]);
          for (const other of boxes.slice(at + 1)) expect(overlap(one, other)).toBe(false);
        }
        for (const { source, target } of isWild ? [] : flows.filter((wire) => wire.source !== wire.target)) {
          expect((places.get(source)?.x ?? 0) + 240).toBeLessThan(places.get(target)?.x ?? 0);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("is soon done with hundreds of cards, and comes out the same again", () => {
    const cards = Array.from({ length: 400 }, (_, at) => card(`n${at}`, 0, at));
    const flows = cards.flatMap((_, at) => [flow(`n${at}`, `n${at + 3}`), flow(`n${at}`, `n${at + 20}`)]);
    expect([...tidy(scene(cards, flows))]).toEqual([...tidy(scene(cards, flows))]);
  });
});
