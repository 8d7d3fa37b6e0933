import { useMemo } from "react";
import { graphStore, useGraph } from "../graph/graph-store";
import { prefixOf, type Scope } from "../graph/scope";
import { selectionStore, useSelection } from "../graph/selection-store";
import type { GraphDocument } from "../graph/types";
import type { RunState } from "../net/types";
import { openDock } from "./session";
import { probe } from "./steering";

/** The paths of the nodes that are selected, notes left out. */
function targetsOf(
  { nodes }: Pick<GraphDocument, "nodes">,
  scope: Scope,
  selected: ReadonlySet<string>,
): readonly string[] {
  return nodes.filter(({ id }) => selected.has(id)).map(({ id }) => `${prefixOf(scope)}${id}`);
}

export function useProbeTargets(): readonly string[] {
  const selected = useSelection((selection) => selection.nodes);
  const document = useGraph((state) => state.document);
  const scope = useGraph((state) => state.scope);
  return useMemo(() => targetsOf(document, scope, selected), [document, scope, selected]);
}

/** Look into the nodes that are selected now, and see it. */
export async function probeSelection(): Promise<void> {
  const { document, scope } = graphStore.getState();
  openDock("watch");
  await probe(targetsOf(document, scope, selectionStore.getState().nodes));
}

export function canProbe(state: RunState | null): boolean {
  return state === "starting" || state === "running" || state === "paused";
}
