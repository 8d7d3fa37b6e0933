import { produce } from "immer";
import { describe, expect, it } from "vitest";
import { emptyDocument } from "../graph/document";
import { addFrame, setFrame } from "../graph/frames";
import { graphStore, openGraph } from "../graph/graph-store";
import { addNode, addNote, connect, type GraphDraft, moveBy } from "../graph/operations";
import { select, selectionStore } from "../graph/selection-store";
import { edgesFor, nodesFor } from "./flow-parts";
import { flowStore, keepFlowInStep, onNodeClick, onNodesChange } from "./flow-store";

const nothing = { nodes: new Set<string>(), wires: new Set<string>() };
const document = produce(emptyDocument(), (draft) => {
  const change = draft as GraphDraft;
  addNode(change, { kind: "Parameter", position: { x: 0, y: 0 } });
  addNode(change, { kind: "Output", position: { x: 300, y: 0 } });
  addNote(change, { x: 0, y: 200 });
  connect(change, { node: "parameter", port: "output" }, { node: "output", port: "input" });
});

describe("React Flow's lists", () => {
  it("keep every object that did not change", () => {
    const nodes = nodesFor([], document, nothing);
    const edges = edgesFor([], document, nothing);
    expect(nodesFor(nodes, structuredClone(document), nothing)).toEqual(nodes);
    nodesFor(nodes, structuredClone(document), nothing).forEach((node, place) => {
      expect(node).toBe(nodes[place]);
    });
    expect(edgesFor(edges, structuredClone(document), nothing)[0]).toBe(edges[0]);
  });

  it("keep measured sizes of what moved or was selected", () => {
    const measured = nodesFor([], document, nothing).map((node) => ({
      ...node,
      measured: { width: 240, height: 100 },
    }));
    const moved = produce(document, (draft) =>
      moveBy(draft as GraphDraft, new Set(["output"]), { x: 20, y: 0 }),
    );
    const next = nodesFor(measured, moved, { nodes: new Set(["parameter"]), wires: new Set() });
    const byId = new Map(next.map((node) => [node.id, node]));
    expect(byId.get("output")).toMatchObject({ position: { x: 320 }, measured: { width: 240 } });
    expect(byId.get("parameter")).toMatchObject({ selected: true, measured: { width: 240 } });
    expect(byId.get("note")).toBe(measured[0]);
  });

  it("name a wire by the port it ends at, and redraw it when its source changes", () => {
    const edges = edgesFor([], document, nothing);
    expect(edges[0]).toMatchObject({ id: "output.input", source: "parameter", sourceHandle: "output" });
    const rewired = produce(document, (draft) => {
      addNode(draft as GraphDraft, { kind: "Constant", position: { x: 0, y: 0 } });
      connect(draft as GraphDraft, { node: "constant", port: "output" }, { node: "output", port: "input" });
    });
    expect(edgesFor(edges, rewired, nothing)[0]).toMatchObject({ id: "output.input", source: "constant" });
  });

  it("takes along what lies in a frame that is dragged, but not when a corner of it is pulled", () => {
    const framed = produce(document, (draft) => {
      addFrame(draft as GraphDraft, { x: -20, y: -60, width: 280, height: 200 });
    });
    openGraph({ id: "graph", revision: 1, graph: framed });
    const stop = keepFlowInStep();
    const positionOf = (id: string) => flowStore.getState().nodes.find((node) => node.id === id)?.position;
    const saved = (id: string) =>
      graphStore.getState().document.nodes.find((node) => node.id === id)?.position;
    const change = { id: "frame", type: "position" } as const;

    onNodesChange([{ ...change, position: { x: -60, y: -60 } }]);
    expect(positionOf("parameter")).toEqual({ x: 0, y: 0 });
    onNodesChange([{ ...change, position: { x: -20, y: -60 } }]);

    onNodesChange([{ ...change, position: { x: 20, y: 0 }, dragging: true }]);
    expect(positionOf("parameter")).toEqual({ x: 40, y: 60 });
    // What it passes over on the way stays where it is.
    onNodesChange([{ ...change, position: { x: 280, y: -60 }, dragging: true }]);
    expect([positionOf("parameter"), positionOf("output")]).toEqual([
      { x: 300, y: 0 },
      { x: 300, y: 0 },
    ]);
    expect(saved("parameter")).toEqual({ x: 0, y: 0 });
    onNodesChange([{ ...change, position: { x: 280, y: 40 }, dragging: false }]);
    expect([saved("parameter"), saved("output")]).toEqual([
      { x: 300, y: 100 },
      { x: 300, y: 0 },
    ]);
    stop();
  });

  it("keeps frames behind cards, selected or not, the smaller over the larger", () => {
    const framed = produce(document, (draft) => {
      addFrame(draft as GraphDraft, { x: 0, y: 0, width: 200, height: 200 });
      addFrame(draft as GraphDraft, { x: 0, y: 0, width: 900, height: 200 });
    });
    const levels = (selected: string[]) =>
      Object.fromEntries(
        nodesFor([], framed, { nodes: new Set(selected), wires: new Set() }).map(({ id, zIndex }) => [
          id,
          zIndex,
        ]),
      );
    expect(levels([])).toMatchObject({ frame: -1, frame_2: -2 });
    expect(levels(["frame"])).toMatchObject({ frame: -1001, frame_2: -2 });
  });

  it("show a collapsed frame as a bar, with the wires that cross its border and none within", () => {
    const folded = produce(document, (draft) => {
      const change = draft as GraphDraft;
      addNode(change, { kind: "Square", position: { x: 300, y: 200 } });
      connect(change, { node: "parameter", port: "output" }, { node: "square", port: "input" });
      connect(change, { node: "square", port: "output" }, { node: "output", port: "input" });
      addFrame(change, { x: 0, y: 0, width: 600, height: 600 });
      setFrame(change, "frame", { hides: ["parameter", "square"] });
    });
    expect(nodesFor([], folded, nothing).map(({ id, type }) => [id, type])).toEqual([
      ["note", "note"],
      ["output", "card"],
      ["frame", "bar"],
    ]);
    const [edge, ...others] = edgesFor([], folded, nothing);
    expect(others).toEqual([]);
    expect(edge).toMatchObject({
      id: "output.input",
      source: "frame",
      sourceHandle: "out",
      target: "output",
      targetHandle: "input",
      reconnectable: false,
    });
    const opened = produce(folded, (draft) => setFrame(draft as GraphDraft, "frame", { hides: null }));
    expect(edgesFor([edge as (typeof others)[number]], opened, nothing).map(({ source }) => source)).toEqual([
      "square",
      "parameter",
    ]);
  });

  it("select one of several alone when it is clicked, unless it is to be added", () => {
    select(["parameter", "output"]);
    onNodeClick({ ctrlKey: true, metaKey: false, shiftKey: false }, { id: "output" });
    onNodeClick({ ctrlKey: false, metaKey: false, shiftKey: false }, { id: "note" });
    expect([...selectionStore.getState().nodes]).toEqual(["parameter", "output"]);
    onNodeClick({ ctrlKey: false, metaKey: false, shiftKey: false }, { id: "output" });
    expect([...selectionStore.getState().nodes]).toEqual(["output"]);
  });
});
