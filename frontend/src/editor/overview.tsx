import { MiniMap, type ReactFlowState, useStore as useFlow } from "@xyflow/react";
import { useCallback } from "react";
import { categoryColor, useCatalogue } from "../graph/catalogue-store";
import { indexOf } from "../graph/document";
import { graphStore } from "../graph/graph-store";
import type { FlowNode } from "./flow-parts";
import { isInside } from "./seen";

/** The graph in small. It would only cover cards while all of them are seen anyway. */
export function Overview() {
  const isNeeded = useFlow(hasHiddenNodes);
  const { kinds } = useCatalogue();
  const color = useCallback(
    (node: FlowNode) => {
      const kind = indexOf(graphStore.getState().document).nodes.get(node.id)?.kind ?? "";
      return node.type === "card" ? categoryColor(kinds.get(kind)?.category) : "var(--color-border)";
    },
    [kinds],
  );
  if (!isNeeded) return null;
  return (
    <MiniMap<FlowNode>
      pannable
      zoomable
      ariaLabel="Overview of the graph"
      nodeColor={color}
      nodeBorderRadius={12}
      nodeStrokeWidth={0}
      maskColor="var(--minimap-mask)"
      bgColor="var(--color-surface)"
    />
  );
}

function hasHiddenNodes({ nodes, transform: [x, y, zoom], width, height }: ReactFlowState): boolean {
  return nodes.some((node) => !isInside(node, { x, y, zoom }, { width, height }));
}
