import { FileX2 } from "lucide-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { ApiError, isAbort, messageOf } from "../api/error";
import { useGraph } from "../graph/graph-store";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Spinner } from "../ui/spinner";
import { closeStoredGraph, openStoredGraph } from "../workspace/graph-session";
import styles from "./app.module.css";
import { ConflictDialog } from "./conflict-dialog";
import { PlainPage } from "./plain-page";
import { Workspace } from "./workspace";

/** Opens the graph of the address, and closes it when the address changes. */
export function GraphPage({ id }: { id: string }) {
  const [failure, setFailure] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const isOpen = useGraph((state) => state.graphId === id);
  const name = useGraph((state) => state.document.name);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt opens the same graph again.
  useEffect(() => {
    const controller = new AbortController();
    setFailure(null);
    openStoredGraph(id, controller.signal).catch((error: unknown) => {
      if (!isAbort(error)) setFailure(error);
    });
    return () => {
      controller.abort();
      closeStoredGraph();
    };
  }, [id, attempt]);

  useEffect(() => {
    if (isOpen) document.title = `${name || "Untitled"} · Wiregrad`;
    return () => {
      document.title = "Wiregrad";
    };
  }, [isOpen, name]);

  if (failure !== null) {
    const isGone = failure instanceof ApiError && failure.status === 404;
    return (
      <PlainPage title={isGone ? "Not found" : "Not opened"}>
        <EmptyState
          icon={FileX2}
          title={isGone ? "This graph does not exist, or was deleted" : "The graph did not open"}
          actions={
            <>
              {!isGone && <Button onClick={() => setAttempt(attempt + 1)}>Try again</Button>}
              <Link href="/">Start page</Link>
            </>
          }
        >
          {isGone ? "The start page lists the graphs that are there." : messageOf(failure)}
        </EmptyState>
      </PlainPage>
    );
  }
  if (!isOpen) {
    return (
      <div className={styles.opening}>
        <Spinner>Opening the graph</Spinner>
      </div>
    );
  }
  return (
    <>
      <Workspace />
      <ConflictDialog />
    </>
  );
}
