import { produce } from "immer";
import { describe, expect, it } from "vitest";
import { emptyDocument } from "./document";
import type { GraphDraft } from "./operations";
import * as operations from "./operations";
import type { GraphDocument } from "./types";

const change = (document: GraphDocument, recipe: (draft: GraphDraft) => void) =>
  produce(document, (draft) => recipe(draft as GraphDraft));

/** input -> linear -> relu -> loss, with a second branch input -> loss. */
function chain(): GraphDocument {
  return change(emptyDocument(), (draft) => {
    for (const kind of ["Input", "Linear", "ReLU", "Loss"]) {
      operations.addNode(draft, { kind, position: { x: 0, y: 0 } });
    }
    operations.connect(draft, { node: "input", port: "value" }, { node: "linear", port: "input" });
    operations.connect(draft, { node: "linear", port: "output" }, { node: "relu", port: "input" });
    operations.connect(draft, { node: "relu", port: "output" }, { node: "loss", port: "prediction" });
    operations.connect(draft, { node: "input", port: "value" }, { node: "loss", port: "target" });
  });
}

const drawn = (document: GraphDocument) =>
  document.wires.map(
    ({ source, target }) => `${source.node}.${source.port} -> ${target.node}.${target.port}`,
  );

describe("operations", () => {
  it("gives each node a readable id of its own", () => {
    const document = change(chain(), (draft) => {
      operations.addNode(draft, { kind: "Linear", position: { x: 13, y: 29 } });
    });
    expect(document.nodes.at(-1)).toMatchObject({ id: "linear_2", position: { x: 20, y: 20 } });
  });

  it("replaces the wire that a port had", () => {
    const document = change(chain(), (draft) =>
      operations.connect(draft, { node: "linear", port: "output" }, { node: "loss", port: "prediction" }),
    );
    expect(drawn(document)).toContain("linear.output -> loss.prediction");
    expect(drawn(document)).not.toContain("relu.output -> loss.prediction");
    expect(document.wires).toHaveLength(4);
  });

  it("refuses to feed a node its own output", () => {
    const document = chain();
    const same = change(document, (draft) =>
      operations.connect(draft, { node: "relu", port: "output" }, { node: "relu", port: "input" }),
    );
    expect(same).toBe(document);
  });

  it("removes a node together with its wires", () => {
    expect(drawn(change(chain(), (draft) => operations.remove(draft, ["relu"])))).toEqual([
      "input.value -> linear.input",
      "input.value -> loss.target",
    ]);
  });

  it("leads wires around what is removed, over several nodes in a row", () => {
    const document = change(chain(), (draft) =>
      operations.removeAndHeal(draft, ["linear", "relu"], () => ["input"]),
    );
    expect(drawn(document)).toEqual(["input.value -> loss.target", "input.value -> loss.prediction"]);
  });

  it("puts a node into a wire and leaves the others alone", () => {
    const document = change(chain(), (draft) => {
      operations.insertOnWire(draft, {
        at: { node: "relu", port: "input" },
        node: { kind: "BatchNorm", position: { x: 0, y: 0 } },
        input: "input",
        output: "output",
      });
    });
    expect(drawn(document)).toEqual([
      "input.value -> linear.input",
      "batchnorm.output -> relu.input",
      "relu.output -> loss.prediction",
      "input.value -> loss.target",
      "linear.output -> batchnorm.input",
    ]);
  });

  it("makes room for what is put into a wire, and moves nothing else", () => {
    // The loss stands in a second row, below the first.
    const places = { input: 0, linear: 300, relu: 600, loss: 300 };
    const spread = change(chain(), (draft) => {
      operations.move(draft, new Map(Object.entries(places).map(([id, x]) => [id, { x, y: 0 }])));
      const id = operations.insertOnWire(draft, {
        at: { node: "relu", port: "input" },
        node: { kind: "BatchNorm", position: { x: 460, y: 0 } },
        input: "input",
        output: "output",
      });
      operations.makeRoom(draft, id ?? "", 240);
    });
    expect(Object.fromEntries(spread.nodes.map((node) => [node.id, node.position.x]))).toEqual({
      input: 0,
      linear: 300,
      batchnorm: 600,
      relu: 900,
      loss: 300,
    });
  });

  it("does not share settings with the catalogue's defaults", () => {
    const defaults = { shape: [3, 32] };
    const document = change(emptyDocument(), (draft) => {
      operations.addNode(draft, { kind: "Input", settings: defaults, position: { x: 0, y: 0 } });
    });
    expect(document.nodes[0]?.settings["shape"]).toEqual([3, 32]);
    expect(document.nodes[0]?.settings["shape"]).not.toBe(defaults.shape);
  });
});
