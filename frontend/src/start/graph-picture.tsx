import { useMemo } from "react";
import { categoryColor, useCatalogue } from "../graph/catalogue-store";
import type { GraphDocument, Report } from "../graph/types";
import styles from "./graph-picture.module.css";
import { miniatureOf } from "./miniature";

const WIDTH = 264;
const HEIGHT = 120;

/** A graph as a thumbnail: what it looks like on the canvas, not what it says. */
export function GraphPicture({ graph, report }: { graph: GraphDocument; report: Report | null }) {
  const { kinds } = useCatalogue();
  const { boxes, boxWidth, boxHeight, wires } = useMemo(
    () => miniatureOf(graph, report, WIDTH, HEIGHT),
    [graph, report],
  );
  return (
    <svg className={styles.picture} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
      {wires.map(({ id, path, gradient }) => (
        <path key={id} d={path} className={styles.wire} data-gradient={gradient || undefined} />
      ))}
      {boxes.map(({ id, kind, x, y }) => (
        <g key={id} transform={`translate(${x} ${y})`}>
          <rect className={styles.box} width={boxWidth} height={boxHeight} rx={2.5} />
          <rect
            x={2}
            y={2}
            width={Math.max(2, boxWidth * 0.16)}
            height={Math.max(2, boxHeight - 4)}
            rx={1.2}
            style={{ fill: categoryColor(kinds.get(kind)?.category) }}
          />
        </g>
      ))}
    </svg>
  );
}
