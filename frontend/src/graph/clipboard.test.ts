import fc from "fast-check";
import { produce } from "immer";
import { describe, expect, it } from "vitest";
import { clipFromText, clipOf, clipToText, paste } from "./clipboard";
import { emptyDocument } from "./document";
import { addNode, connect, type GraphDraft } from "./operations";
import { faultsOf, graphs } from "./testing/arbitrary-graph";
import type { GraphDocument } from "./types";

const idsOf = (document: GraphDocument) => [...document.nodes, ...document.notes].map((part) => part.id);

function pasteInto(document: GraphDocument, text: string, keepIncoming: boolean): GraphDocument {
  const clip = clipFromText(text);
  if (clip === null) throw new Error("not a clip");
  return produce(document, (draft) => {
    paste(draft as GraphDraft, clip, { offset: { x: 40, y: 40 }, keepIncoming });
  });
}

describe("clipboard", () => {
  it("pastes under fresh ids, however often, and keeps the wires inside", () => {
    fc.assert(
      fc.property(graphs, fc.boolean(), (document, keepIncoming) => {
        const clip = clipOf(document, new Set(idsOf(document)));
        const text = clipToText(clip);
        const once = pasteInto(document, text, keepIncoming);
        const twice = pasteInto(once, text, keepIncoming);
        expect(faultsOf(twice)).toEqual([]);
        expect(twice.nodes).toHaveLength(3 * document.nodes.length);
        expect(twice.wires).toHaveLength(3 * document.wires.length);
        expect(twice.nodes.slice(0, document.nodes.length)).toEqual(document.nodes);
      }),
    );
  });

  it("keeps what is copied as it was on the way through text", () => {
    fc.assert(
      fc.property(graphs, (document) => {
        const clip = clipOf(document, new Set(idsOf(document)));
        expect(clipFromText(clipToText(clip))).toEqual(clip);
      }),
    );
  });

  const pair = produce(emptyDocument(), (draft) => {
    const change = draft as GraphDraft;
    addNode(change, { kind: "Input", position: { x: 0, y: 0 } });
    addNode(change, { kind: "Linear", position: { x: 300, y: 0 } });
    addNode(change, {
      kind: "Optimizer",
      position: { x: 600, y: 0 },
      settings: { nodes: ["linear"], name: "linear" },
    });
    connect(change, { node: "input", port: "value" }, { node: "linear", port: "input" });
  });

  it("draws the incoming wires again only when asked", () => {
    const text = clipToText(clipOf(pair, new Set(["linear"])));
    expect(pasteInto(pair, text, false).wires).toHaveLength(1);
    expect(pasteInto(pair, text, true).wires[1]).toEqual({
      source: { node: "input", port: "value" },
      target: { node: "linear_2", port: "input" },
    });
  });

  it("lets a list of nodes follow the copies, and other settings alone", () => {
    const text = clipToText(clipOf(pair, new Set(["linear", "optimizer"])));
    const copy = pasteInto(pair, text, false).nodes.find((node) => node.id === "optimizer_2");
    expect(copy?.settings).toEqual({ nodes: ["linear_2"], name: "linear" });
  });

  it.each([
    "",
    "hello",
    "[]",
    "null",
    '{"format": "wiregrad/clipboard@1"}',
    '{"format": "wiregrad/clipboard@1", "nodes": [{"id": "../x"}], "notes": [], "wires": [], "incoming": []}',
    '{"format": "wiregrad/graph@1", "nodes": [], "notes": [], "wires": [], "incoming": []}',
  ])("does not take %j for a clip", (text) => {
    expect(clipFromText(text)).toBeNull();
  });
});
