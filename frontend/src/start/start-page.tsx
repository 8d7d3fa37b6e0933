import { Database, FileUp, Plus } from "lucide-react";
import { useRef } from "react";
import { useLocation } from "wouter";
import { emptyDocument } from "../graph/document";
import { Button } from "../ui/button";
import { Examples } from "./examples";
import { HealthNotices } from "./health-notices";
import { RecentGraphs } from "./recent-graphs";
import styles from "./start-page.module.css";
import { useOpenGraph } from "./use-open-graph";

/** Where everybody begins: what this is, a graph that already works, and one's own. */
export function StartPage() {
  const { openCopy, openFile, isOpening } = useOpenGraph();
  const [, navigate] = useLocation();
  const file = useRef<HTMLInputElement>(null);
  return (
    <main
      className={styles.page}
      data-testid="start-page"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void openFile(event.dataTransfer.files[0]);
      }}
    >
      <div className={styles.column}>
        <header className={styles.welcome}>
          <Mark />
          <div className={styles.words}>
            <h1 className={styles.title}>Draw a network. Watch it learn.</h1>
            <p className={styles.lead}>
              Wiregrad is a drawing board for tensors: blue wires carry gradients, grey ones do not, and every
              value can be looked at while it trains.
            </p>
            <div className={styles.actions}>
              <Button
                variant="primary"
                size="lg"
                icon={Plus}
                disabled={isOpening}
                data-testid="new-graph"
                onClick={() => void openCopy(emptyDocument())}
              >
                Empty graph
              </Button>
              <Button
                size="lg"
                icon={FileUp}
                data-testid="import-graph"
                onClick={() => file.current?.click()}
              >
                Import a file
              </Button>
              <Button size="lg" icon={Database} onClick={() => navigate("/data")}>
                Your data
              </Button>
              <input
                ref={file}
                type="file"
                accept=".json,application/json"
                hidden
                data-testid="import-input"
                onChange={(event) => {
                  void openFile(event.target.files?.[0]);
                  event.target.value = "";
                }}
              />
            </div>
          </div>
        </header>
        <HealthNotices />
        <RecentGraphs />
        <Examples onOpen={(graph) => void openCopy(graph)} disabled={isOpening} />
      </div>
    </main>
  );
}

/** The product's sign: a wire between two ports. */
function Mark() {
  return (
    <svg className={styles.mark} viewBox="0 0 96 96" aria-hidden>
      <path className={styles.plain} d="M14 26C36 26 34 52 58 52" />
      <path className={styles.gradient} d="M14 72C40 72 34 30 62 30L78 30" />
      <circle className={styles.port} cx="14" cy="26" r="5" />
      <circle className={styles.port} cx="60" cy="52" r="5" />
      <circle className={styles.source} cx="14" cy="72" r="7" />
      <circle className={styles.source} cx="80" cy="30" r="7" />
    </svg>
  );
}
