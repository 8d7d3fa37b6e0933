import fc from "fast-check";
import { produce } from "immer";
import { emptyDocument, reaches } from "../document";
import type { GraphDraft } from "../operations";
import * as operations from "../operations";
import type { GraphDocument } from "../types";

/** One thing that a person might do, as data, so that fast-check can shrink a failing sequence of them. */
export type Act =
  | { readonly do: "add"; readonly kind: string; readonly x: number; readonly y: number }
  | { readonly do: "note"; readonly text: string }
  | { readonly do: "connect"; readonly from: number; readonly to: number; readonly port: string }
  | { readonly do: "disconnect"; readonly wire: number }
  | { readonly do: "remove" | "heal" | "move"; readonly nodes: readonly number[] }
  | { readonly do: "set"; readonly node: number; readonly value: number }
  | { readonly do: "label"; readonly node: number; readonly label: string };

const place = fc.nat(30);

export const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant("add" as const),
      kind: fc.constantFrom("Linear", "Mul", "Conv2D", "note", "conv2d_2"),
      x: fc.integer({ min: -500, max: 500 }),
      y: fc.integer({ min: -500, max: 500 }),
    }),
    fc.record({ do: fc.constant("note" as const), text: fc.string() }),
    fc.record({
      do: fc.constant("connect" as const),
      from: place,
      to: place,
      port: fc.constantFrom("left", "right"),
    }),
    fc.record({ do: fc.constant("disconnect" as const), wire: place }),
    fc.record({ do: fc.constantFrom("remove", "heal", "move"), nodes: fc.array(place, { maxLength: 4 }) }),
    fc.record({ do: fc.constant("set" as const), node: place, value: fc.integer() }),
    fc.record({ do: fc.constant("label" as const), node: place, label: fc.string() }),
  ),
  { maxLength: 40 },
);

export function perform(draft: GraphDraft, act: Act): void {
  const id = (number: number) => draft.nodes[number % Math.max(1, draft.nodes.length)]?.id ?? "none";
  switch (act.do) {
    case "add":
      operations.addNode(draft, { kind: act.kind, position: { x: act.x, y: act.y }, settings: { units: 3 } });
      return;
    case "note":
      operations.addNote(draft, { x: 0, y: 0 }, act.text);
      return;
    case "connect": {
      const [source, target] = [id(act.from), id(act.to)];
      if (source === "none" || reaches(structuredCloneOf(draft), target, source)) return;
      operations.connect(draft, { node: source, port: "value" }, { node: target, port: act.port });
      return;
    }
    case "disconnect": {
      const wire = draft.wires[act.wire];
      if (wire !== undefined) operations.disconnect(draft, wire.target);
      return;
    }
    case "remove":
      operations.remove(draft, act.nodes.map(id));
      return;
    case "heal":
      operations.removeAndHeal(draft, act.nodes.map(id), () => ["left", "right"]);
      return;
    case "move":
      operations.moveBy(draft, new Set(act.nodes.map(id)), { x: 20, y: -20 });
      return;
    case "set":
      operations.setSetting(draft, id(act.node), "units", act.value);
      return;
    case "label":
      operations.setLabel(draft, id(act.node), act.label);
  }
}

export const graphs: fc.Arbitrary<GraphDocument> = acts.map((sequence) =>
  sequence.reduce(
    (document, act) => produce(document, (draft) => perform(draft as GraphDraft, act)),
    emptyDocument(),
  ),
);

function structuredCloneOf(draft: GraphDraft): GraphDocument {
  return JSON.parse(JSON.stringify(draft)) as GraphDocument;
}

/** What must hold of every document: ids differ, each wire ends at present nodes, no port has two wires. */
export function faultsOf(document: GraphDocument): string[] {
  const ids = [...document.nodes, ...document.notes, ...document.frames].map((part) => part.id);
  const nodes = new Set(document.nodes.map((node) => node.id));
  const targets = document.wires.map((wire) => `${wire.target.node}.${wire.target.port}`);
  return [
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `two parts are called ${id}`),
    ...targets.filter((port, at) => targets.indexOf(port) !== at).map((port) => `two wires end at ${port}`),
    ...document.wires
      .filter((wire) => !nodes.has(wire.source.node) || !nodes.has(wire.target.node))
      .map((wire) => `a wire to ${wire.target.node} hangs loose`),
  ];
}
