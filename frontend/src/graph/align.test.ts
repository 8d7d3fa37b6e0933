import { describe, expect, it } from "vitest";
import { align, around, type Box, distribute } from "./align";

const box = (id: string, x: number, y: number, width = 240, height = 100): Box => ({
  id,
  x,
  y,
  width,
  height,
});
const three = [box("a", 0, 40), box("b", 400, 0, 200, 60), box("c", 300, 300)];

describe("aligning", () => {
  it("brings one edge of all onto the outermost", () => {
    const xs = (edge: "left" | "right") => [...align(three, edge).values()].map(({ x }) => x);
    expect(xs("left")).toEqual([0, 0, 0]);
    expect(xs("right")).toEqual([360, 400, 360]);
    expect([...align(three, "top").values()].map(({ y }) => y)).toEqual([0, 0, 0]);
    expect([...align(three, "bottom").values()].map(({ y }) => y)).toEqual([300, 340, 300]);
  });

  it("brings middles together and moves nothing the other way", () => {
    expect([...align(three, "center")]).toEqual([
      ["a", { x: 180, y: 40 }],
      ["b", { x: 200, y: 0 }],
      ["c", { x: 180, y: 300 }],
    ]);
    expect([...align(three, "middle").values()]).toEqual([
      { x: 0, y: 160 },
      { x: 400, y: 180 },
      { x: 300, y: 160 },
    ]);
  });
});

describe("distributing", () => {
  it("makes all gaps the same, in the order in which the boxes lie", () => {
    const places = distribute([box("c", 900, 7), box("a", 0, 0), box("b", 260, 3)], "across");
    expect([...places]).toEqual([
      ["a", { x: 0, y: 0 }],
      ["b", { x: 460, y: 3 }],
      ["c", { x: 920, y: 7 }],
    ]);
  });

  it("pulls apart what lies on top of each other", () => {
    const places = distribute([box("a", 0, 0), box("b", 0, 10), box("c", 0, 20)], "down");
    expect([...places.values()].map(({ y }) => y)).toEqual([0, 120, 240]);
  });

  it("has nothing to do with nothing", () => {
    expect(distribute([], "down").size).toBe(0);
    expect(around([])).toEqual({ x: 0, y: 0, width: 0, height: 0 });
  });
});
