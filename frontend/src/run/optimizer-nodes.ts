import { transactWhole } from "../graph/graph-store";
import { setSetting } from "../graph/operations";
import type { GraphDocument, GraphNode, Report } from "../graph/types";

/** An Optimizer node of the graph and the name under which runs tell its loss. */
export interface NamedOptimizer {
  readonly name: string;
  readonly node: GraphNode;
}

/** Those of the graph itself, not of its blocks, in the order in which they step. */
export function optimizersOf(
  { nodes }: Pick<GraphDocument, "nodes">,
  losses: Report["losses"],
): readonly NamedOptimizer[] {
  return losses.flatMap(({ name, node: path }) => {
    const node = nodes.find(({ id }) => id === path);
    return node === undefined ? [] : [{ name, node }];
  });
}

/** Set the learning rate of an Optimizer; undo takes it back. */
export function setLearningRate({ name, node }: NamedOptimizer, rate: number): void {
  transactWhole(`Set learning rate of ${name}`, (draft) => setSetting(draft, node.id, "learning_rate", rate));
}
