import { kindOf } from "../graph/catalogue-store";
import { nodeTitle } from "../graph/document";
import { transactWhole } from "../graph/graph-store";
import { setSetting } from "../graph/operations";
import type { GraphDocument, GraphNode } from "../graph/types";

/** An Optimizer node of the graph and the name under which runs tell its loss. */
export interface NamedOptimizer {
  readonly name: string;
  readonly node: GraphNode;
}

/** Those of the graph itself, in the order in which they step. A second one of a name is numbered: "loss 2". */
export function optimizersOf({ nodes }: Pick<GraphDocument, "nodes">): readonly NamedOptimizer[] {
  const named: NamedOptimizer[] = [];
  for (const node of nodes) {
    if (node.kind !== "Optimizer") continue;
    const { name } = node.settings;
    const wanted = typeof name === "string" && name !== "" ? name : nodeTitle(node, kindOf(node.kind)?.title);
    named.push({ name: unused(wanted, named), node });
  }
  return named.toSorted((a, b) => orderOf(a.node) - orderOf(b.node));
}

/** Set the learning rate of an Optimizer; undo takes it back. */
export function setLearningRate({ name, node }: NamedOptimizer, rate: number): void {
  transactWhole(`Set learning rate of ${name}`, (draft) => setSetting(draft, node.id, "learning_rate", rate));
}

function unused(wanted: string, named: readonly NamedOptimizer[]): string {
  const taken = new Set(named.map(({ name }) => name));
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted} ${number}`;
  return name;
}

function orderOf({ settings }: GraphNode): number {
  const { order } = settings;
  return typeof order === "number" ? order : 0;
}
