import { produce } from "immer";
import { beforeEach, describe, expect, it } from "vitest";
import { setCatalogue } from "../graph/catalogue-store";
import { clipFromText } from "../graph/clipboard";
import { emptyDocument, sameMeaning } from "../graph/document";
import { graphStore, openGraph, redo, undo } from "../graph/graph-store";
import { isFrozen } from "../graph/leaving-out";
import { addNode, type GraphDraft } from "../graph/operations";
import { applyFix } from "../graph/problems";
import { select, selectedParts } from "../graph/selection-store";
import type { GraphNode, Kind } from "../graph/types";
import { copySelection, duplicateSelection } from "./copying";
import { bypassable, freezable, toggleBypass, toggleFreeze } from "./leaving-out";
import { groupSelection, ungroupSelection } from "./scoping";

const kind = (
  name: string,
  settings_schema: Kind["settings_schema"],
  defaults: Kind["default_settings"],
): Kind => ({
  kind: name,
  title: name,
  category: "Layers",
  summary: "",
  help: "",
  settings_schema,
  default_settings: defaults,
  inputs: [],
  outputs: [],
  structural: false,
  gradient: "creates",
});
const trainable = { type: "boolean", "x-show-when": { learned: [true] } };

const documentNow = () => graphStore.getState().document;
const bypassed = () =>
  documentNow()
    .nodes.filter((node) => node.bypassed)
    .map(({ id }) => id);
const frozen = () =>
  documentNow()
    .nodes.filter((node) => node.settings["trainable"] === false)
    .map(({ id }) => id);
const stepNames = () => graphStore.getState().timeline.done.map(({ label }) => label);

beforeEach(() => {
  setCatalogue([
    kind("Linear", { properties: { trainable: { type: "boolean" } } }, { trainable: true }),
    kind("Places", { properties: { trainable } }, { trainable: true, learned: false }),
    kind("Add", { properties: {} }, {}),
  ]);
  const graph = produce(emptyDocument(), (draft) => {
    for (const name of ["Linear", "Add", "Linear", "Reroute", "BlockInput", "Places"]) {
      addNode(draft as GraphDraft, { kind: name, position: { x: 0, y: 0 } });
    }
  });
  openGraph({ id: "graph", revision: 1, graph });
});

describe("bypassing", () => {
  it("is one step for all that is selected, and the same keys take it away", () => {
    select(["linear", "add"]);
    toggleBypass();
    expect(bypassed()).toEqual(["linear", "add"]);
    undo();
    expect(bypassed()).toEqual([]);
    redo();
    expect(bypassed()).toEqual(["linear", "add"]);
    toggleBypass();
    expect(bypassed()).toEqual([]);
    expect(stepNames()).toEqual(["Bypass 2 parts", "Take the bypass of 2 parts away"]);
  });

  it("of some that are bypassed and some that are not bypasses all", () => {
    select(["linear"]);
    toggleBypass();
    select(["linear", "add"]);
    toggleBypass();
    expect(bypassed()).toEqual(["linear", "add"]);
  });

  it("leaves alone what only passes values on, and does nothing where there is nothing", () => {
    select(["reroute", "blockinput"]);
    expect(bypassable()).toEqual([]);
    toggleBypass();
    expect(stepNames()).toEqual([]);
  });

  it("of a block must be taken away before it is ungrouped: its nodes would begin to compute", () => {
    select(["add"]);
    groupSelection();
    toggleBypass();
    const before = documentNow();
    ungroupSelection();
    expect(documentNow()).toBe(before);
    toggleBypass();
    ungroupSelection();
    expect(documentNow().nodes.map(({ kind }) => kind)).not.toContain("Block");
  });

  it("changes what the server would say of the graph", () => {
    const before = documentNow();
    select(["add"]);
    toggleBypass();
    expect(sameMeaning(before, documentNow())).toBe(false);
  });

  it("goes with copies, and texts from before there was any have none", () => {
    select(["linear"]);
    toggleBypass();
    duplicateSelection();
    expect(bypassed()).toEqual(["linear", "linear_3"]);
    const text = copySelection() ?? "";
    expect(clipFromText(text)?.nodes[0]?.bypassed).toBe(true);
    expect(clipFromText(text.replace(/,\s*"bypassed": true/, ""))?.nodes[0]?.bypassed).toBe(false);
    expect(clipFromText(text.replace('"bypassed": true', '"bypassed": "yes"'))).toBeNull();
  });

  it("is taken away by the remedy of its problem", () => {
    select(["add"]);
    toggleBypass();
    const mended = produce(documentNow(), (draft) =>
      applyFix(draft as GraphDraft, {
        severity: "error",
        code: "bypass",
        message: "",
        node: "add",
        port: null,
        expected: null,
        got: null,
        remedy: "",
        fix: { action: "restore", label: "Take the bypass away", kind: null, settings: null },
      }),
    );
    expect(mended.nodes.some((node) => node.bypassed)).toBe(false);
  });
});

describe("freezing", () => {
  it("freezes the nodes with weights among what is selected, and lets them be trained again", () => {
    select(["linear", "add", "linear_2"]);
    toggleFreeze();
    expect(frozen()).toEqual(["linear", "linear_2"]);
    expect(stepNames()).toEqual(["Freeze 2 parts"]);
    toggleFreeze();
    expect(frozen()).toEqual([]);
    undo();
    expect(frozen()).toEqual(["linear", "linear_2"]);
  });

  it("freezes all where only some are frozen", () => {
    select(["linear"]);
    toggleFreeze();
    select(["linear", "linear_2"]);
    toggleFreeze();
    expect(frozen()).toEqual(["linear", "linear_2"]);
  });

  it("knows from the settings whether there are weights", () => {
    select(["add", "places"]);
    expect(freezable()).toEqual([]);
  });

  it("of a block freezes what is inside, blocks in it too, and says that the block is frozen", () => {
    select(["linear", "linear_2"]);
    groupSelection();
    const [inner] = selectedParts();
    select([inner as string, "add"]);
    groupSelection();
    const [outer] = selectedParts();
    const use = () => documentNow().nodes.find(({ id }) => id === outer) as GraphNode;
    const insideOf = () =>
      documentNow().blocks.flatMap(({ nodes }) => nodes.map(({ settings }) => settings["trainable"]));
    expect(freezable()).toEqual([use()]);
    toggleFreeze();
    expect(insideOf().filter((value) => value === false)).toHaveLength(2);
    expect(isFrozen(documentNow(), use())).toBe(true);
    toggleFreeze();
    expect(isFrozen(documentNow(), use())).toBe(false);
    undo();
    expect(isFrozen(documentNow(), use())).toBe(true);
  });
});
