import { useMemo, useState } from "react";
import { byCategory, useCatalogue } from "../graph/catalogue-store";
import { type DraggedPort, kindsThatFit } from "../graph/fits";
import type { Kind, Position } from "../graph/types";
import { KindMark } from "../palette/kind-mark";
import { search } from "../palette/search";
import { SearchList } from "../palette/search-list";
import styles from "./quick-add.module.css";

export interface QuickAddRequest {
  /** Where it opens, within the canvas's box. */
  readonly box: Position;
  /** Where the node goes, on the canvas. */
  readonly place: Position;
  /** The port whose wire was dropped; the new node is connected to it. */
  readonly dragged: DraggedPort | null;
}

interface QuickAddProps {
  readonly request: QuickAddRequest;
  readonly limits: { readonly width: number; readonly height: number };
  readonly onPick: (kind: Kind) => void;
  readonly onClose: () => void;
}

const WIDTH = 320;
const HEIGHT = 380;

/** The search for a kind, where the pointer is. For a dropped wire it lists only kinds with a port for it. */
export function QuickAdd({ request, limits, onPick, onClose }: QuickAddProps) {
  const { kinds } = useCatalogue();
  const [query, setQuery] = useState("");
  const { dragged, box } = request;
  const offered = useMemo(() => {
    const fitting = dragged === null ? [...kinds.values()] : kindsThatFit(kinds.values(), dragged.direction);
    return byCategory(fitting).flatMap(([, members]) => members);
  }, [kinds, dragged]);
  const found = search(offered, query, (kind) => ({
    title: kind.title,
    more: `${kind.kind} ${kind.category} ${kind.summary}`,
  }));
  const isSearching = query.trim() !== "";
  const left = Math.max(8, Math.min(box.x, limits.width - WIDTH - 8));
  const top = Math.max(8, Math.min(box.y, limits.height - HEIGHT - 8));

  return (
    <div
      className={`${styles.popup} nokey`}
      role="dialog"
      aria-label="Add a node"
      style={{ left, top }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onClose();
      }}
    >
      <SearchList
        label="Add a node"
        placeholder={dragged === null ? "Add a node" : `Connect ${dragged.port.replaceAll("_", " ")} to…`}
        query={query}
        onQuery={setQuery}
        entries={found.map((kind) => ({
          id: kind.kind,
          title: kind.title,
          detail: kind.summary,
          group: isSearching ? undefined : kind.category,
          mark: <KindMark category={kind.category} />,
        }))}
        onPick={(id) => {
          const kind = kinds.get(id);
          if (kind !== undefined) onPick(kind);
        }}
        onClose={onClose}
        empty="No node is called that."
        testId="quick-add"
      />
    </div>
  );
}
