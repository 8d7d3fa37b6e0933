import type { GraphDocument, GraphNode, Report, ValueReport } from "../graph/types";

/** An Input that some Output depends on: what evaluation has to be given. */
export interface RunInput {
  readonly name: string;
  readonly title: string;
  /** The dataset's column that it reads in training. */
  readonly column: string;
  readonly dtype: ValueReport["dtype"];
  readonly shape: readonly number[];
}

const OUTPUT = "Output";

/** Inputs that an Output depends on, in the document's order. A target that only the loss reads is not among them. */
export function neededInputs(graph: GraphDocument, report: Report): RunInput[] {
  const needed = new Set(report.outputs.flatMap(({ inputs }) => inputs));
  return graph.nodes.flatMap((node) => {
    const value = report.nodes[node.id]?.outputs[0]?.value;
    if (!needed.has(node.id) || !value) return [];
    const name = setting(node, "name") ?? "input";
    return [
      {
        name,
        title: node.label || name,
        column: setting(node, "column") ?? name,
        dtype: value.dtype,
        shape: value.shape,
      },
    ];
  });
}

export function isOutput({ kind, bypassed }: GraphNode): boolean {
  return kind === OUTPUT && !bypassed;
}

function setting(node: GraphNode, name: string): string | null {
  const value = node.settings[name];
  return typeof value === "string" && value !== "" ? value : null;
}
