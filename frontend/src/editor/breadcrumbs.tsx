import { ChevronRight, Workflow } from "lucide-react";
import { namesAlong } from "../editing/labels";
import { visit } from "../editing/scoping";
import { useGraph } from "../graph/graph-store";
import styles from "./breadcrumbs.module.css";

/** Inside a block: the way that leads there, each step a way back. */
export function Breadcrumbs() {
  const scope = useGraph((state) => state.scope);
  const whole = useGraph((state) => state.whole);
  if (scope.length === 0) return null;
  const names = namesAlong(whole, scope.join("/"));
  return (
    <nav className={styles.way} aria-label="Where the canvas is" data-testid="breadcrumbs">
      <button type="button" onClick={() => visit([])}>
        <Workflow aria-hidden size={13} />
        {whole.name || "Untitled"}
      </button>
      {scope.map((id, depth) => (
        <span key={scope.slice(0, depth + 1).join("/")} className={styles.step}>
          <ChevronRight aria-hidden size={13} />
          <button
            type="button"
            aria-current={depth === scope.length - 1 ? "location" : undefined}
            onClick={() => visit(scope.slice(0, depth + 1))}
          >
            {names[depth] ?? id}
          </button>
        </span>
      ))}
    </nav>
  );
}
