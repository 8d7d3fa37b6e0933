import { Crosshair } from "lucide-react";
import { namesAlong } from "../editing/labels";
import { revealPath } from "../editing/scoping";
import { useGraph } from "../graph/graph-store";
import styles from "./message-text.module.css";
import { cutAtNodes } from "./node-mentions";

/** What a run said. A node that it names is a link that brings the node to the middle of the canvas. */
export function MessageText({ children }: { children: string }) {
  const whole = useGraph((state) => state.whole);
  return cutAtNodes(children, whole).map((piece, place) =>
    "path" in piece ? (
      <NodeLink key={piece.path} path={piece.path} />
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a message stay where they are.
      <span key={place}>{piece.text}</span>
    ),
  );
}

function NodeLink({ path }: { path: string }) {
  const whole = useGraph((state) => state.whole);
  return (
    <button
      type="button"
      className={styles.link}
      data-testid={`reveal-${path}`}
      aria-label={`Show ${namesAlong(whole, path).join(" › ")} on the canvas`}
      onClick={() => revealPath(path)}
    >
      <Crosshair aria-hidden size={12} />
      {path}
    </button>
  );
}
