import { ChevronDown, ChevronUp, Search, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { canvas } from "../editing/canvas-handle";
import { endFinding, findInGraph, useFinding } from "../editing/finding";
import { namesAlong } from "../editing/labels";
import { revealPath } from "../editing/scoping";
import { useGraph } from "../graph/graph-store";
import { IconButton } from "../ui/icon-button";
import styles from "./find-bar.module.css";

/** Ctrl+F: a field over the canvas. Each Enter brings the next node that fits to the middle, Shift+Enter the one before. */
export function FindBar() {
  const { isOpen, asked } = useFinding();
  const isThere = useGraph((state) => state.graphId !== null);
  return isOpen && isThere ? <Field asked={asked} /> : null;
}

interface Found {
  readonly paths: readonly string[];
  readonly place: number;
}

const NOTHING: Found = { paths: [], place: -1 };

function Field({ asked }: { asked: number }) {
  const [query, setQuery] = useState("");
  const [{ paths, place }, setFound] = useState(NOTHING);
  const field = useRef<HTMLInputElement>(null);
  const whole = useGraph((state) => state.whole);
  const path = paths[place];

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for once more, it is taken up again.
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.select();
  }, [asked]);

  const show = (found: Found) => {
    setFound(found);
    const wanted = found.paths[found.place];
    if (wanted !== undefined) revealPath(wanted, { focus: false });
  };
  const look = (text: string) => {
    setQuery(text);
    const fitting = findInGraph(text);
    // One goes on from what is found while it still fits.
    const kept = path === undefined ? -1 : fitting.indexOf(path);
    show({ paths: fitting, place: fitting.length === 0 ? -1 : Math.max(0, kept) });
  };
  const step = (by: number) => {
    // The graph may have been changed since the last step.
    const fitting = findInGraph(query);
    const before = path === undefined ? -1 : fitting.indexOf(path);
    // What stands in sight comes first in a fresh list; steps keep to the order in which they began.
    const order = sameMembers(paths, fitting) ? paths : fitting;
    const at = order === paths ? place : before;
    show({ paths: order, place: order.length === 0 ? -1 : (at + by + order.length) % order.length });
  };
  const close = () => {
    endFinding();
    if (path === undefined) canvas()?.focus();
    else revealPath(path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <search className={`${styles.bar} nokey`} aria-label="Find nodes" data-testid="find-bar">
      <div className={styles.line}>
        <Search aria-hidden size={14} />
        <input
          ref={field}
          type="text"
          className={styles.field}
          aria-label="Find nodes by name, kind, id or path"
          placeholder="Name, kind or path"
          autoComplete="off"
          spellCheck={false}
          data-testid="find-field"
          value={query}
          onChange={(event) => look(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <output className={styles.count} data-testid="find-count">
          {query.trim() === "" ? "" : paths.length === 0 ? "none" : `${place + 1} of ${paths.length}`}
        </output>
        <IconButton
          icon={ChevronUp}
          label="The one before"
          shortcut="Shift+Enter"
          size="sm"
          onClick={() => step(-1)}
        />
        <IconButton
          icon={ChevronDown}
          label="The next one"
          shortcut="Enter"
          size="sm"
          onClick={() => step(1)}
        />
        <IconButton icon={X} label="Close" shortcut="Escape" size="sm" onClick={close} />
      </div>
      {path?.includes("/") && <p className={styles.path}>{namesAlong(whole, path).join(" › ")}</p>}
    </search>
  );
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set(a).isSubsetOf(new Set(b));
}
