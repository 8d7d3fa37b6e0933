import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { useCatalogue } from "../graph/catalogue-store";
import { useGraph } from "../graph/graph-store";
import { runDetailQuery } from "../net/queries";
import { hasEnded } from "../net/types";
import { trainsTheSame } from "./trained-graph";
import styles from "./trained-then.module.css";
import { useRunSession, useRunState } from "./use-run";

/** One line once what the shown run trained is not what is drawn any more; else nothing. */
export function TrainedThen() {
  const run = useRunSession((session) => session.run);
  const state = useRunState();
  const graphId = useGraph((graph) => graph.graphId);
  const hasGraph = run !== null && run.graph_id === graphId;
  const ended = state !== null && hasEnded(state);
  const { data } = useQuery({ ...runDetailQuery(run?.id ?? ""), enabled: hasGraph && ended });
  // While a person draws, drawing comes first.
  const drawn = useDeferredValue(useGraph(({ whole }) => whole));
  const { kinds } = useCatalogue();
  const isSame = useMemo(
    () =>
      data === undefined ||
      trainsTheSame(data.graph, drawn, (kind) => kinds.get(kind)?.default_settings ?? {}),
    [data, drawn, kinds],
  );
  if (isSame || !ended || !hasGraph) return null;
  return (
    <p className={styles.line} data-testid="trained-then">
      This run trained the graph as it was then. Train again to use your changes.
    </p>
  );
}
