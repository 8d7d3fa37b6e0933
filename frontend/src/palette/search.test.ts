import { describe, expect, it } from "vitest";
import { search } from "./search";

const kinds = [
  { title: "Linear", more: "Layers Fully connected layer" },
  { title: "Batch normalization", more: "Layers BatchNorm" },
  { title: "Conv 2D", more: "Layers Convolution" },
  { title: "Nonlinear", more: "" },
  { title: "Loss", more: "Losses Compares, for a linear model too" },
];
const found = (query: string) => search(kinds, query, (kind) => kind).map((kind) => kind.title);

describe("search", () => {
  it("keeps everything in order while nothing is asked", () => {
    expect(found("  ")).toHaveLength(kinds.length);
  });

  it("puts the beginning of a title before its middle, and both before the description", () => {
    expect(found("linear")).toEqual(["Linear", "Nonlinear", "Loss"]);
  });

  it("finds words in any order, other names, and spread letters", () => {
    expect(found("2d conv")).toEqual(["Conv 2D"]);
    expect(found("batchnorm")[0]).toBe("Batch normalization");
    expect(found("fully")).toEqual(["Linear"]);
    expect(found("cv2")).toEqual(["Conv 2D"]);
  });

  it("finds nothing for what is not there", () => {
    expect(found("transformer")).toEqual([]);
  });
});
