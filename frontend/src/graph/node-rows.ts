import { kindOf } from "./catalogue-store";
import { formatValue } from "./describe";
import { indexOf } from "./document";
import { leftOut } from "./leaving-out";
import { portsOf, valueOfOutput, valueOfWire } from "./ports";
import { problemsOf } from "./problems";
import type { GraphDocument, GraphNode, Problem, Report, ValueReport } from "./types";

/** What the list of a graph's nodes says of one of them, in words. */
export interface NodeRow {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  /** "bypassed", "frozen". */
  readonly leftOut: readonly string[];
  /** One for each wired input: "input from Pixels". */
  readonly receives: readonly string[];
  /** One for each output: "float32 (10,)"; with its name where there are several. */
  readonly gives: readonly string[];
  readonly gradient: GradientOf;
  readonly problems: readonly Problem[];
}

/** Whether what a node gives carries gradient; for one that gives nothing, whether what it gets does. */
export type GradientOf = "carries" | "none" | "unknown";

export const GRADIENT_WORDS: Readonly<Record<GradientOf, string>> = {
  carries: "Carries gradient",
  none: "No gradient",
  unknown: "Not known yet",
};

/** In the order in which the canvas is read: by columns of the flow, from the top of each. */
export function nodeRows(
  document: GraphDocument,
  report: Report | null,
  titleOf: (node: GraphNode) => string,
): NodeRow[] {
  const { nodes, into } = indexOf(document);
  const titleAt = (id: string) => {
    const node = nodes.get(id);
    return node === undefined ? id : titleOf(node);
  };
  return document.nodes
    .toSorted((a, b) => a.position.x - b.position.x || a.position.y - b.position.y)
    .map((node): NodeRow => {
      const kind = kindOf(node.kind);
      const { outputs } = portsOf(document, report, kind, node.id);
      const wires = into.get(node.id) ?? [];
      const given = outputs.map(({ name }) => valueOfOutput(report, { node: node.id, port: name }));
      const taken = wires.map((wire) => valueOfWire(report, wire));
      return {
        id: node.id,
        title: titleOf(node),
        kind: kind?.title ?? node.kind,
        leftOut: leftOut(document, node),
        receives: wires.map(({ source, target }) => `${spaced(target.port)} from ${titleAt(source.node)}`),
        gives: outputs.flatMap(({ name }, place) => {
          const value = given[place];
          if (value == null) return [];
          return outputs.length === 1 ? formatValue(value) : `${spaced(name)} ${formatValue(value)}`;
        }),
        gradient: gradientOf(given.length > 0 ? given : taken),
        problems: problemsOf(report, node.id),
      };
    });
}

function gradientOf(values: readonly (ValueReport | null)[]): GradientOf {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return "unknown";
  return known.some((value) => value.carries_gradient) ? "carries" : "none";
}

function spaced(port: string): string {
  return port.replaceAll("_", " ");
}
