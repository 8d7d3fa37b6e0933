import { describe, expect, it } from "vitest";
import type { JsonSchema } from "../graph/types";
import { controlOf, defaultFor, describeRange, fromText, toText } from "./controls";

const read = (schema: JsonSchema, text: string) => {
  const setting = controlOf(schema, schema);
  const parsed = fromText(setting, text);
  return parsed.ok ? parsed.value : `! ${parsed.error}`;
};

const kernel: JsonSchema = {
  anyOf: [
    { type: "integer", minimum: 1, maximum: 64 },
    { type: "array", prefixItems: [{ type: "integer", minimum: 1 }], minItems: 2, maxItems: 2 },
  ],
};
const padding: JsonSchema = {
  anyOf: [
    { type: "integer", minimum: 0 },
    { type: "array", items: { type: "integer" } },
    { enum: ["same", "valid"] },
  ],
};
const tensor: JsonSchema = {
  "x-control": "tensor",
  anyOf: [{ type: ["number", "boolean"] }, { type: "array" }],
};

describe("the control for a setting", () => {
  it.each([
    [{ type: "boolean" }, "switch", false],
    [{ enum: ["sgd", "adam"] }, "choice", false],
    [{ anyOf: [{ enum: ["a"] }, { const: "b" }] }, "choice", false],
    [{ type: "integer", minimum: 1 }, "number", false],
    [{ anyOf: [{ type: "number" }, { type: "null" }] }, "number", true],
    [{ type: "string" }, "text", false],
    [{ type: "array", items: { type: "integer" } }, "list", false],
    [
      { "x-control": "node-list", anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }] },
      "nodes",
      true,
    ],
    [{ type: "array", items: { type: "string" } }, "words", false],
    [tensor, "tensor", false],
    [kernel, "mixed", false],
  ] as [JsonSchema, string, boolean][])("of %j is %s", (schema, control, nullable) => {
    expect(controlOf(schema, schema)).toMatchObject({ control: { as: control }, nullable });
  });

  it("follows references", () => {
    const root: JsonSchema = { $defs: { Size: { type: "integer", minimum: 1 } } };
    expect(controlOf({ $ref: "#/$defs/Size" }, root).control).toMatchObject({
      as: "number",
      rules: { min: 1 },
    });
  });

  it("reads shapes as people write them", () => {
    const shape: JsonSchema = {
      "x-control": "shape",
      type: "array",
      items: { type: "integer", minimum: 1 },
      maxItems: 8,
    };
    for (const text of ["3, 32, 32", "(3, 32, 32)", "[3,32,32]", "3 32 32", "3x32x32", "3×32×32"]) {
      expect(read(shape, text)).toEqual([3, 32, 32]);
    }
    expect(read(shape, "()")).toEqual([]);
    expect(read(shape, "10,")).toEqual([10]);
    expect(read(shape, "3, two")).toContain("“two” is not");
    expect(read(shape, "1 2 3 4 5 6 7 8 9")).toContain("At most 8");
  });

  it("reads tensors, and says how to write one", () => {
    expect(read(tensor, "−1")).toBe(-1);
    expect(read(tensor, "1, 2, 3")).toEqual([1, 2, 3]);
    expect(read(tensor, "[[1, .5], [true, False]]")).toEqual([
      [1, 0.5],
      [true, false],
    ]);
    for (const text of ["", "x", "[]", "[1, [", '"1"', "{}", "1e999"])
      expect(read(tensor, text)).toContain("! Write");
  });

  it("takes whichever alternative the text is", () => {
    expect(read(kernel, "3")).toBe(3);
    expect(read(kernel, "3, 5")).toEqual([3, 5]);
    expect(read(padding, "Same")).toBe("same");
    expect(read(padding, "wide")).toContain('"same" or "valid"');
  });

  it("takes numbers in a row, a word in their place, or nothing", () => {
    const weights: JsonSchema = {
      anyOf: [{ type: "array", items: { type: "number", minimum: 0 } }, { const: "balanced" }],
    };
    expect(read(weights, "1, 2.5")).toEqual([1, 2.5]);
    expect(read(weights, "Balanced")).toBe("balanced");
    expect(read(weights, "")).toEqual([]);
    expect(read(weights, "even")).toContain('or "balanced"');
  });

  it("takes nothing for null only where that is allowed", () => {
    const step: JsonSchema = { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }] };
    expect(read(step, " ")).toBeNull();
    expect(read({ type: "integer" }, " ")).toContain("A number is needed");
  });

  it("reads words in a row", () => {
    const labels: JsonSchema = { type: "array", items: { type: "string" } };
    expect(read(labels, "cat, big dog ,")).toEqual(["cat", "big dog"]);
    expect(toText(controlOf(labels, labels).control, ["cat", "big dog"])).toBe("cat, big dog");
  });

  it("writes what it reads", () => {
    for (const [schema, value] of [
      [kernel, [3, 5]],
      [kernel, 3],
      [padding, "same"],
      [
        tensor,
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [tensor, -1],
    ] as [JsonSchema, unknown][]) {
      expect(read(schema, toText(controlOf(schema, schema).control, value))).toEqual(value);
    }
  });

  it("describes default and range in a few words", () => {
    const rate: JsonSchema = { type: "number", exclusiveMinimum: 0, maximum: 1, "x-unit": "per step" };
    const setting = controlOf(rate, rate);
    expect(describeRange(rate, setting, { rate: 0.1 }, "rate")).toBe(
      "Default 0.1, above 0 up to 1, in per step.",
    );
    const shape: JsonSchema = { type: "array", items: { type: "integer" }, "x-control": "shape" };
    expect(describeRange(shape, controlOf(shape, {}), { shape: [] }, "shape")).toBe(
      "Default: a single number.",
    );
    const labels: JsonSchema = { type: "array", items: { type: "string" } };
    expect(describeRange(labels, controlOf(labels, {}), { labels: [] }, "labels")).toBe("");
    expect(describeRange({ type: "string" }, controlOf({ type: "string" }, {}), {}, "name")).toBe("");
  });
});

describe("a default that depends on another setting", () => {
  const schema = { "x-default-by": { algorithm: { sgd: 0, muon: 0.95 } } };

  it("is that of the present choice", () => {
    expect(defaultFor(schema, { algorithm: "muon" }, { momentum: null }, "momentum")).toBe(0.95);
    expect(defaultFor(schema, { algorithm: "sgd" }, { momentum: null }, "momentum")).toBe(0);
  });

  it("is the plain one where the choice says nothing", () => {
    expect(defaultFor(schema, { algorithm: "adam" }, { momentum: null }, "momentum")).toBeNull();
    expect(defaultFor({}, { algorithm: "adam" }, { momentum: 0.5 }, "momentum")).toBe(0.5);
  });
});
