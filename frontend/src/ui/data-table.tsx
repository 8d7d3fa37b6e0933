import type { ReactNode } from "react";
import styles from "./data-table.module.css";

export interface DataTableProps {
  columns: readonly ReactNode[];
  rows: readonly (readonly ReactNode[])[];
  /** Align all cells right, with digits of one width. */
  numeric?: boolean;
  caption?: string;
}

/** Rows and columns that scroll under their headings. */
export function DataTable({ columns, rows, numeric, caption }: DataTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard.
    <section className={styles.scroll} tabIndex={0} aria-label={caption ?? "Table"}>
      <table className={styles.table} data-numeric={numeric || undefined}>
        <thead>
          <tr>
            {columns.map((column, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other identity and never move.
              <th key={place} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity and never move.
            <tr key={place}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells have no other identity and never move.
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
