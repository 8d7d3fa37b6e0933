import { describe, expect, it } from "vitest";
import { resizeRule } from "./resize-rule";

const size = { height: 48, width: 64 };
const origin = (options: Record<string, unknown>) => ({ kind: "pictures", files: ["pets.zip"], options });

describe("what becomes of a picture", () => {
  it.each([
    ["fit", "Brought to 48 × 64 as the training pictures were: scaled to fit into it and padded with black."],
    ["stretch", "Brought to 48 × 64 as the training pictures were: stretched to it."],
    [
      "crop",
      "Brought to 48 × 64 as the training pictures were: scaled to cover it and cut about the middle.",
    ],
  ])("is said for %s", (resize, sentence) => {
    expect(resizeRule(origin({ resize }), size)).toBe(sentence);
  });

  it("is the usual where nobody chose", () => {
    for (const from of [origin({}), null, undefined, origin({ resize: "else" })]) {
      expect(resizeRule(from, size)).toContain("cut about the middle");
    }
  });
});
