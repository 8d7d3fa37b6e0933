import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flatten, nest, pictureShape, readTensor, showShape, sizeOf } from "./tensor";

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });

describe("tensors", () => {
  it("come back from nesting as they were", () => {
    fc.assert(
      fc.property(shapes, fc.infiniteStream(fc.integer()), (shape, numbers) => {
        const flat = [...numbers.take(sizeOf(shape))];
        expect(flatten(nest(flat, shape))).toEqual(flat);
      }),
    );
  });

  it("nest row by row", () => {
    expect(nest([1, 2, 3, 4, 5, 6], [2, 3])).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(nest([7], [])).toBe(7);
  });

  it("are read however they were pasted", () => {
    const expected = { ok: true, flat: [1, 2, 3, 4] };
    expect(readTensor("[[1, 2], [3, 4]]", [2, 2])).toEqual(expected);
    expect(readTensor("1 2\n3\t4\n", [2, 2])).toEqual(expected);
    expect(readTensor("1,2;3,4", [4])).toEqual(expected);
  });

  it("say what is wrong with what was pasted", () => {
    expect(readTensor("1 two", [2])).toEqual({ ok: false, error: '"two" is not a number.' });
    expect(readTensor("1 2 3", [2, 2])).toEqual({
      ok: false,
      error: "Expected 4 numbers, shape (2, 2); got 3.",
    });
  });

  it("are pictures when they look like one", () => {
    expect(pictureShape([1, 8, 8])).toEqual({ channels: 1, height: 8, width: 8 });
    expect(pictureShape([28, 28])).toEqual({ channels: 1, height: 28, width: 28 });
    expect(pictureShape([5, 8, 8])).toBeNull();
    expect(pictureShape([3, 2, 2])).toBeNull();
    expect(pictureShape([])).toBeNull();
  });

  it("show their shape as Python does", () => {
    expect([[], [3], [3, 32, 32]].map(showShape)).toEqual(["()", "(3,)", "(3, 32, 32)"]);
  });
});
