import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { kindOf } from "../graph/catalogue-store";
import { findNodes } from "../graph/find";
import { graphStore } from "../graph/graph-store";
import type { GraphNode } from "../graph/types";
import { titleOf } from "./labels";

/** The search for nodes of the graph: whether its field is shown, and how often it was asked for. */
interface Finding {
  readonly isOpen: boolean;
  readonly asked: number;
}

const findingStore = createStore<Finding>()(() => ({ isOpen: false, asked: 0 }));

/** Show the field; where it is shown already, it takes the focus again. */
export function askToFind(): void {
  findingStore.setState(({ asked }) => ({ isOpen: true, asked: asked + 1 }));
}

export function endFinding(): void {
  findingStore.setState({ isOpen: false });
}

export function useFinding(): Finding {
  return useStore(findingStore);
}

/** The paths of the nodes that fit, by what the page calls them, those on the canvas first. */
export function findInGraph(query: string): readonly string[] {
  const { whole, scope } = graphStore.getState();
  const describe = (node: GraphNode) => `${titleOf(whole, node)} ${kindOf(node.kind)?.title ?? ""}`;
  return findNodes(whole, query, { describe, scope });
}
