import { ChevronRight, Search, X } from "lucide-react";
import { type DragEvent, type KeyboardEvent, useMemo, useState } from "react";
import { blockKinds, itemOf } from "../graph/block-kinds";
import { removeDefinition, usesOf } from "../graph/blocks";
import { byCategory, loadCatalogue, useCatalogue } from "../graph/catalogue-store";
import { transactWhole, useGraph } from "../graph/graph-store";
import { definitionOf } from "../graph/scope";
import type { Kind } from "../graph/types";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Spinner } from "../ui/spinner";
import { KIND_MIME } from "./kind-drag";
import { KindMark } from "./kind-mark";
import styles from "./library.module.css";
import { search } from "./search";

interface LibraryProps {
  /** Add a kind where there is room on the canvas. */
  readonly onAdd: (kind: Kind) => void;
}

/** All node kinds: search, fold categories away, drag onto the canvas, or double-click or press Enter to add. */
export function Library({ onAdd }: LibraryProps) {
  const { state, kinds, failure } = useCatalogue();
  const [query, setQuery] = useState("");
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const blocks = useGraph((graph) => graph.whole.blocks);
  const offered = useMemo(() => [...kinds.values(), ...blockKinds(blocks)], [kinds, blocks]);
  const found = useMemo(() => search(offered, query, searchable), [offered, query]);
  const isSearching = query.trim() !== "";
  const groups = useMemo(() => byCategory(found), [found]);

  // One stop for Tab in the whole list, so that the canvas is near; arrow keys move within.
  const [visited, setVisited] = useState<string | null>(null);
  const rows = isSearching
    ? found.map(itemOf)
    : groups.flatMap(([category, members]) => [
        category,
        ...(folded.has(category) ? [] : members.map(itemOf)),
      ]);
  const stop = visited !== null && rows.includes(visited) ? visited : rows[0];
  const rowProps = (row: string): RowProps => ({
    "data-library-row": true,
    tabIndex: row === stop ? 0 : -1,
    onFocus: () => setVisited(row),
  });

  const fold = (category: string) =>
    setFolded((before) =>
      before.has(category) ? before.difference(new Set([category])) : new Set([...before, category]),
    );

  return (
    <div className={styles.library} data-testid="library">
      <div className={styles.search}>
        <Search aria-hidden size={14} />
        <input
          type="text"
          aria-label="Search the library"
          placeholder="Search nodes"
          autoComplete="off"
          spellCheck={false}
          value={query}
          data-testid="library-search"
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setQuery("");
            const [first] = found;
            if (event.key === "Enter" && isSearching && first !== undefined) onAdd(first);
            if (event.key === "ArrowDown") moveFocus(event, 1);
          }}
        />
        {isSearching && (
          <button type="button" aria-label="Clear the search" onClick={() => setQuery("")}>
            <X aria-hidden size={14} />
          </button>
        )}
      </div>
      <div className={styles.kinds}>
        {state === "loading" && <Spinner>Loading the library</Spinner>}
        {state === "failed" && (
          <EmptyState
            title="The library did not load"
            actions={<Button onClick={() => void loadCatalogue()}>Try again</Button>}
          >
            {failure}
          </EmptyState>
        )}
        {state === "ready" && found.length === 0 && (
          <p className={styles.nothing}>No node is called that. Try what it does: “activation”, “average”.</p>
        )}
        {isSearching ? (
          <ul>
            {found.map((kind) => (
              <Item key={itemOf(kind)} kind={kind} onAdd={onAdd} row={rowProps(itemOf(kind))} />
            ))}
          </ul>
        ) : (
          groups.map(([category, members]) => (
            <section key={category}>
              <button
                type="button"
                className={styles.category}
                aria-expanded={!folded.has(category)}
                onClick={() => fold(category)}
                onKeyDown={moveByArrows}
                {...rowProps(category)}
              >
                <ChevronRight aria-hidden size={13} />
                {category}
              </button>
              {!folded.has(category) && (
                <ul>
                  {members.map((kind) => (
                    <Item key={itemOf(kind)} kind={kind} onAdd={onAdd} row={rowProps(itemOf(kind))} />
                  ))}
                </ul>
              )}
            </section>
          ))
        )}
      </div>
    </div>
  );
}

function searchable(kind: Kind) {
  return { title: kind.title, more: `${kind.kind} ${kind.category} ${kind.summary}` };
}

interface RowProps {
  readonly "data-library-row": true;
  readonly tabIndex: number;
  readonly onFocus: () => void;
}

interface ItemProps {
  readonly kind: Kind;
  readonly onAdd: (kind: Kind) => void;
  readonly row: RowProps;
}

function Item({ kind, onAdd, row }: ItemProps) {
  const onDragStart = (event: DragEvent) => {
    event.dataTransfer.setData(KIND_MIME, itemOf(kind));
    event.dataTransfer.setData("text/plain", kind.title);
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    <li>
      <button
        type="button"
        className={styles.item}
        draggable
        {...row}
        data-testid={`library-${itemOf(kind)}`}
        title={`${kind.summary}\nDrag onto the canvas or onto a wire, or double-click.`}
        onDragStart={onDragStart}
        onDoubleClick={() => onAdd(kind)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            onAdd(kind);
          } else moveByArrows(event);
        }}
      >
        <KindMark category={kind.category} />
        <span className={styles.title}>{kind.title}</span>
      </button>
      <UnusedBlock kind={kind} />
    </li>
  );
}

/** A block of the graph that no node uses any more can be thrown away. */
function UnusedBlock({ kind }: { kind: Kind }) {
  const block = definitionOf({ settings: kind.default_settings });
  const isUnused = useGraph((graph) => block !== null && usesOf(graph.whole, block) === 0);
  if (block === null || !isUnused) return null;
  return (
    <button
      type="button"
      className={styles.discard}
      aria-label={`Delete the block ${kind.title}`}
      title="No node uses it. Delete it"
      onClick={() => transactWhole(`Delete ${kind.title}`, (draft) => removeDefinition(draft, block))}
    >
      <X aria-hidden size={13} />
    </button>
  );
}

function moveByArrows(event: KeyboardEvent): void {
  if (event.key === "ArrowDown") moveFocus(event, 1);
  else if (event.key === "ArrowUp") moveFocus(event, -1);
}

function moveFocus(event: KeyboardEvent, step: number): void {
  event.preventDefault();
  const items = [...document.querySelectorAll<HTMLElement>("[data-library-row]")];
  const at = items.indexOf(event.currentTarget as HTMLElement);
  items[at < 0 ? 0 : at + step]?.focus();
}
