import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { messageOf } from "../api/error";
import { useDeleteGraph, useGraphs } from "../net/queries";
import type { GraphSummary } from "../net/types";
import { formatAgo } from "../telemetry/format";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/dialog";
import { IconButton } from "../ui/icon-button";
import { notify } from "../ui/toast";
import styles from "./recent-graphs.module.css";

const SHOWN = 6;

/** One's own graphs, last changed first. Nothing is shown before there are any. */
export function RecentGraphs() {
  const { data: graphs = [] } = useGraphs();
  const [showsAll, setShowsAll] = useState(false);
  const [doomed, setDoomed] = useState<GraphSummary | null>(null);
  const { mutateAsync } = useDeleteGraph();
  if (graphs.length === 0) return null;

  const remove = async (graph: GraphSummary) => {
    try {
      await mutateAsync(graph.id);
    } catch (error) {
      notify({ tone: "danger", title: `“${graph.name}” was not deleted`, description: messageOf(error) });
    }
  };

  return (
    <section className={styles.section} aria-labelledby="recent-graphs">
      <h2 className={styles.heading} id="recent-graphs">
        Your graphs
      </h2>
      <ul className={styles.list}>
        {(showsAll ? graphs : graphs.slice(0, SHOWN)).map((graph) => (
          <li key={graph.id} className={styles.row}>
            <Link
              href={`/graphs/${graph.id}`}
              className={styles.link ?? ""}
              data-testid={`graph-${graph.id}`}
            >
              <span className={styles.name}>{graph.name || "Untitled"}</span>
              <span className={styles.detail}>
                {graph.node_count} {graph.node_count === 1 ? "node" : "nodes"}, changed{" "}
                {formatAgo(graph.updated_at)}
              </span>
            </Link>
            <IconButton
              icon={Trash2}
              size="sm"
              label={`Delete ${graph.name || "Untitled"}`}
              onClick={() => setDoomed(graph)}
            />
          </li>
        ))}
      </ul>
      {graphs.length > SHOWN && (
        <Button size="sm" variant="quiet" className={styles.more} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? "Show fewer" : `Show all ${graphs.length}`}
        </Button>
      )}
      <ConfirmDialog
        open={doomed !== null}
        onOpenChange={(open) => !open && setDoomed(null)}
        title={`Delete “${doomed?.name || "Untitled"}”?`}
        confirmLabel="Delete"
        destructive
        onConfirm={() => doomed !== null && void remove(doomed)}
      >
        The graph and its earlier versions are removed. This cannot be undone. Its runs stay.
      </ConfirmDialog>
    </section>
  );
}
