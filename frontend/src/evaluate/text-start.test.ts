import { describe, expect, it } from "vitest";
import { strangers } from "./text-start";

describe("strangers", () => {
  it("names each unknown character once, in order", () => {
    expect(strangers("a€bß€", ["a", "b"])).toEqual(["€", "ß"]);
  });

  it("takes a character beyond the first 65,536 as one", () => {
    expect(strangers("a😀", ["a"])).toEqual(["😀"]);
    expect(strangers("a😀", ["a", "😀"])).toEqual([]);
  });

  it("finds nothing in an empty text", () => {
    expect(strangers("", ["a"])).toEqual([]);
  });
});
