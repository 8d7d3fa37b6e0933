import { describe, expect, it } from "vitest";
import { isInside } from "./seen";

describe("a node in a canvas", () => {
  const node = { id: "mul", data: {}, position: { x: 100, y: 50 }, measured: { width: 240, height: 100 } };
  const view = { x: 0, y: 0, zoom: 1 };

  it("is seen whole up to the canvas's edges", () => {
    expect(isInside(node, view, { width: 340, height: 150 })).toBe(true);
    expect(isInside(node, view, { width: 339, height: 150 })).toBe(false);
    expect(isInside(node, view, { width: 340, height: 149 })).toBe(false);
  });

  it("moves and shrinks with the view", () => {
    expect(isInside(node, { x: -101, y: 0, zoom: 1 }, { width: 900, height: 900 })).toBe(false);
    expect(isInside(node, { x: 0, y: -51, zoom: 1 }, { width: 900, height: 900 })).toBe(false);
    expect(isInside(node, { x: 0, y: 0, zoom: 0.5 }, { width: 170, height: 75 })).toBe(true);
  });
});
