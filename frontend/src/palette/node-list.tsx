import { CircleAlert, TriangleAlert, X } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from "react";
import { rename } from "../editing/actions";
import { canvas } from "../editing/canvas-handle";
import { namesAlong, titleOf } from "../editing/labels";
import { plural } from "../graph/describe";
import { useGraph } from "../graph/graph-store";
import { GRADIENT_WORDS, type NodeRow, nodeRows } from "../graph/node-rows";
import { select, selectedParts, useSelection } from "../graph/selection-store";
import { IconButton } from "../ui/icon-button";
import { showNodeList, useLayout } from "../workspace/layout-store";
import styles from "./node-list.module.css";

/**
 * The graph as a table, for keyboards and screen readers. What is selected here is what commands act on, so all of them
 * do what they do on the canvas.
 */
export function NodeList() {
  const isShown = useLayout((layout) => layout.nodeList);
  const isThere = useGraph((state) => state.graphId !== null);
  return isShown && isThere ? <Table /> : null;
}

const COLUMNS = ["Name", "Kind", "Receives", "Gives", "Gradient", "Problems"] as const;
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

function Table() {
  const document = useGraph((state) => state.document);
  const report = useGraph((state) => state.report);
  const rows = useMemo(
    () => nodeRows(document, report, (node) => titleOf(document, node)),
    [document, report],
  );
  const selected = useSelection((selection) => selection.nodes);
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      rows.findIndex(({ id }) => selectedParts().has(id)),
    ),
  );
  const [naming, setNaming] = useState<string | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const place = Math.min(active, rows.length - 1);

  // When it opens, and when the row that had the focus was deleted.
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that came or went may have taken the focus along.
  useEffect(() => {
    const focused = window.document.activeElement;
    const isLost =
      focused === null || focused === window.document.body || focused.closest("[data-canvas]") !== null;
    if (isLost) rowAt(body.current, place)?.focus();
  }, [rows.length, place]);

  const go = (to: number, isAdding: boolean) => {
    const at = Math.max(0, Math.min(rows.length - 1, to));
    const row = rows[at];
    if (row === undefined) return;
    setActive(at);
    select(isAdding ? new Set([...selectedParts(), row.id]) : [row.id]);
    rowAt(body.current, at)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[place];
    const step = STEPS[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey || row === undefined || naming !== null) return;
    if (step !== undefined) go(place + step, event.shiftKey);
    else if (event.key === "Home") go(0, false);
    else if (event.key === "End") go(rows.length - 1, false);
    else if (event.key === " ") toggle(row.id);
    else if (event.key === "Enter") showOnCanvas(row.id);
    else if (event.key === "F2") setNaming(row.id);
    else if (event.key === "Escape") close();
    // The other two arrows would move cards that are not seen.
    else if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
  };

  return (
    <section className={styles.list} aria-label="List of nodes" data-testid="node-list">
      <header className={styles.head}>
        <h2>{useHeading(rows.length)}</h2>
        <p>Arrows choose, Space adds, Enter shows the node on the canvas, F2 renames.</p>
        <IconButton icon={X} label="Back to the canvas" shortcut="Escape" size="sm" onClick={close} />
      </header>
      <div className={styles.scroll}>
        {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows are chosen, and reached by keys, as those of a grid. */}
        <table role="grid" aria-label="Nodes" aria-multiselectable className={styles.table}>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={body} onKeyDown={onKeyDown}>
            {rows.map((row, at) => (
              <tr
                key={row.id}
                tabIndex={at === place ? 0 : -1}
                aria-selected={selected.has(row.id)}
                data-testid={`row-${row.id}`}
                onClick={(event) => {
                  setActive(at);
                  if (isAdding(event)) toggle(row.id);
                  else select([row.id]);
                }}
                onDoubleClick={() => showOnCanvas(row.id)}
              >
                <Cells
                  row={row}
                  isNaming={naming === row.id}
                  onNamed={() => {
                    setNaming(null);
                    rowAt(body.current, at)?.focus();
                  }}
                />
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p className={styles.empty}>There is no node yet. Shift+A adds one.</p>}
      </div>
    </section>
  );
}

function Cells({ row, isNaming, onNamed }: { row: NodeRow; isNaming: boolean; onNamed: () => void }) {
  const errors = row.problems.filter(({ severity }) => severity === "error").length;
  const Icon = errors > 0 ? CircleAlert : TriangleAlert;
  return (
    <>
      <td className={styles.name}>
        {isNaming ? (
          <input
            aria-label={`New name of ${row.title}`}
            defaultValue={row.title}
            maxLength={128}
            ref={(input) => input?.select()}
            onBlur={(event) => {
              rename(row.id, event.target.value);
              onNamed();
            }}
            onKeyDown={(event) => {
              if (event.key === "Escape") event.currentTarget.value = row.title;
              if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
              event.stopPropagation();
            }}
          />
        ) : (
          row.title
        )}
      </td>
      <td className={styles.quiet}>{[row.kind, ...row.leftOut].join(", ")}</td>
      <td className={styles.quiet}>{row.receives.join(", ")}</td>
      <td className={styles.values}>{row.gives.join(", ")}</td>
      <td className={styles.gradient} data-grad={row.gradient}>
        <svg aria-hidden="true" width="18" height="4">
          <line x1="1" y1="2" x2="17" y2="2" />
        </svg>
        {GRADIENT_WORDS[row.gradient]}
      </td>
      <td className={styles.problems} data-severity={errors > 0 ? "error" : "warning"}>
        {row.problems.length > 0 && (
          <>
            <Icon aria-hidden size={13} />
            <span title={row.problems.map(({ message }) => message).join("\n")}>
              {row.problems.length > 1 && `${plural(row.problems.length, "problem")}: `}
              {row.problems[0]?.message}
            </span>
          </>
        )}
      </td>
    </>
  );
}

function useHeading(count: number): string {
  const scope = useGraph((state) => state.scope);
  const whole = useGraph((state) => state.whole);
  const names = [whole.name || "Untitled", ...(scope.length === 0 ? [] : namesAlong(whole, scope.join("/")))];
  return `${names.join(" › ")}: ${plural(count, "node")}`;
}

function rowAt(body: HTMLTableSectionElement | null, place: number): HTMLElement | null {
  return body?.rows[place] ?? null;
}

function isAdding({ ctrlKey, metaKey, shiftKey }: MouseEvent): boolean {
  return ctrlKey || metaKey || shiftKey;
}

function toggle(id: string): void {
  select(selectedParts().symmetricDifference(new Set([id])));
}

function close(): void {
  showNodeList(false);
  requestAnimationFrame(() => canvas()?.focus());
}

function showOnCanvas(id: string): void {
  showNodeList(false);
  requestAnimationFrame(() => canvas()?.reveal(id));
}
