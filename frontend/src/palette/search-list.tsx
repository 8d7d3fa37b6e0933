import { Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import styles from "./search-list.module.css";

export interface SearchEntry {
  readonly id: string;
  readonly group?: string | undefined;
  readonly title: string;
  readonly detail?: string | undefined;
  /** At the start and at the end of the line. */
  readonly mark?: ReactNode;
  readonly aside?: ReactNode;
  readonly disabled?: boolean;
}

interface SearchListProps {
  readonly label: string;
  readonly placeholder: string;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly entries: readonly SearchEntry[];
  readonly onPick: (id: string) => void;
  readonly onClose: () => void;
  readonly empty: string;
  readonly testId: string;
}

/** A field over a list: type to narrow, arrows to move, Enter to take. The focus stays in the field. */
export function SearchList(props: SearchListProps) {
  const { label, placeholder, query, onQuery, entries, onPick, onClose, empty, testId } = props;
  const base = useId();
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const place = Math.min(active, Math.max(0, entries.length - 1));

  useEffect(() => {
    list.current?.querySelector(`[data-place="${place}"]`)?.scrollIntoView({ block: "nearest" });
  }, [place]);

  const pick = (entry: SearchEntry | undefined) => {
    if (entry !== undefined && !entry.disabled) onPick(entry.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (step !== undefined) setActive(wrap(place, step, entries.length));
    else if (event.key === "Enter") pick(entries[place]);
    else if (event.key === "Escape") onClose();
    else if (event.key !== "Tab") return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={styles.root} data-testid={testId}>
      <div className={styles.field}>
        <Search aria-hidden size={15} />
        <input
          type="text"
          role="combobox"
          aria-label={label}
          aria-expanded="true"
          aria-controls={`${base}-list`}
          aria-activedescendant={entries.length > 0 ? `${base}-${place}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={query}
          // preventScroll: the list may open at the edge of the window, and nothing may jump.
          ref={focusOnce}
          onChange={(event) => {
            setActive(0);
            onQuery(event.target.value);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className={styles.list} role="listbox" id={`${base}-list`} aria-label={label} ref={list}>
        {entries.map((entry, at) => (
          <div key={entry.id} role="presentation">
            {entry.group !== undefined && entry.group !== entries[at - 1]?.group && (
              <p className={styles.group} role="presentation">
                {entry.group}
              </p>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field above holds the focus and handles the keys. */}
            <div
              role="option"
              id={`${base}-${at}`}
              aria-selected={at === place}
              aria-disabled={entry.disabled}
              className={styles.option}
              data-active={at === place || undefined}
              data-place={at}
              data-testid={`option-${entry.id}`}
              onPointerMove={() => setActive(at)}
              onClick={() => pick(entry)}
            >
              {entry.mark}
              <span className={styles.title}>{entry.title}</span>
              {entry.detail !== undefined && <span className={styles.detail}>{entry.detail}</span>}
              {entry.aside !== undefined && <span className={styles.aside}>{entry.aside}</span>}
            </div>
          </div>
        ))}
        {entries.length === 0 && <p className={styles.empty}>{empty}</p>}
      </div>
    </div>
  );
}

function focusOnce(input: HTMLInputElement | null): void {
  input?.focus({ preventScroll: true });
}

function wrap(place: number, step: number, length: number): number {
  if (length === 0) return 0;
  if (Math.abs(step) > 1) return Math.min(length - 1, Math.max(0, place + step));
  return (place + step + length) % length;
}
