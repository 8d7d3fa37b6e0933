import fc from "fast-check";
import { produce } from "immer";
import { describe, expect, it } from "vitest";
import { addDefinition, group, nodesBetween, portNames, removeDefinition, ungroup, usesOf } from "./blocks";
import { emptyDocument } from "./document";
import type { GraphDraft } from "./operations";
import * as operations from "./operations";
import { faultsOf, graphs } from "./testing/arbitrary-graph";
import type { GraphDocument } from "./types";

function change<Result>(
  document: GraphDocument,
  recipe: (draft: GraphDraft) => Result,
): [GraphDocument, Result] {
  let result: Result | undefined;
  const next = produce(document, (draft) => {
    result = recipe(draft as GraphDraft);
  });
  return [next, result as Result];
}

/** Each node bears the id it started with as its label, so that it is known under another id. */
function labeled(document: GraphDocument): GraphDocument {
  return { ...document, nodes: document.nodes.map((node) => ({ ...node, label: node.id })) };
}

function drawn({ nodes, wires }: Pick<GraphDocument, "nodes" | "wires">): string[] {
  const label = new Map(nodes.map((node) => [node.id, node.label]));
  return wires
    .map(({ source, target }) =>
      [label.get(source.node), source.port, label.get(target.node), target.port].join(" "),
    )
    .toSorted();
}

const selections = fc
  .tuple(graphs, fc.array(fc.nat(30), { minLength: 1, maxLength: 8 }))
  .map(([document, places]) => {
    const ids = places.flatMap(
      (place) => document.nodes[place % Math.max(1, document.nodes.length)]?.id ?? [],
    );
    return [labeled(document), new Set(ids)] as const;
  });

describe("blocks", () => {
  it("ungrouping takes grouping back", () => {
    fc.assert(
      fc.property(selections, ([document, ids]) => {
        fc.pre(ids.size > 0);
        const [grouped, use] = change(document, (draft) => group(draft, ids));
        expect(faultsOf(grouped)).toEqual([]);
        expect(faultsOf({ ...grouped, ...(grouped.blocks[0] as object) })).toEqual([]);
        const [back, parts] = change(grouped, (draft) => ungroup(draft, use as string));
        expect(parts).toHaveLength(ids.size);
        expect(faultsOf(back)).toEqual([]);
        expect(drawn(back)).toEqual(drawn(document));
      }),
    );
  });

  it("makes one port for each value that crosses the border", () => {
    const [document] = change(emptyDocument(), (draft) => {
      for (const kind of ["Input", "Linear", "Mul", "Output", "Loss"]) {
        operations.addNode(draft, { kind, position: { x: 0, y: 0 } });
      }
      const wire = (from: string, to: string, port: string) =>
        operations.connect(draft, { node: from, port: "output" }, { node: to, port });
      wire("input", "linear", "input");
      wire("input", "mul", "a");
      wire("linear", "mul", "b");
      wire("mul", "output", "input");
      wire("mul", "loss", "prediction");
    });
    const [grouped, use] = change(document, (draft) => group(draft, new Set(["linear", "mul"])));
    const [block] = grouped.blocks;
    expect(block && portNames(block)).toEqual({ inputs: ["input"], outputs: ["output"] });
    expect(grouped.wires).toEqual([
      { source: { node: "input", port: "output" }, target: { node: use, port: "input" } },
      { source: { node: use, port: "output" }, target: { node: "output", port: "input" } },
      { source: { node: use, port: "output" }, target: { node: "loss", port: "prediction" } },
    ]);
  });

  it("says which nodes would make a loop of a block", () => {
    const [document] = change(emptyDocument(), (draft) => {
      for (const kind of ["A", "B", "C"]) operations.addNode(draft, { kind, position: { x: 0, y: 0 } });
      operations.connect(draft, { node: "a", port: "o" }, { node: "b", port: "i" });
      operations.connect(draft, { node: "b", port: "o" }, { node: "c", port: "i" });
    });
    expect(nodesBetween(document, new Set(["a", "c"]))).toEqual(["b"]);
    expect(nodesBetween(document, new Set(["a", "b"]))).toEqual([]);
  });

  it("counts uses and takes away what has none", () => {
    const [document, id] = change(emptyDocument(), (draft) => addDefinition(draft));
    expect(usesOf(document, id)).toBe(0);
    const [used] = change(document, (draft) =>
      operations.addNode(draft, { kind: "Block", settings: { block: id }, position: { x: 0, y: 0 } }),
    );
    expect(usesOf(used, id)).toBe(1);
    expect(change(document, (draft) => removeDefinition(draft, id))[0].blocks).toEqual([]);
  });
});
