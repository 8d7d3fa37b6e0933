import type { CSSProperties } from "react";
import type { ColumnInfo, DatasetPreview } from "../net/types";
import { formatValue } from "../telemetry/format";
import { DataTable } from "../ui/data-table";
import styles from "./preview-rows.module.css";

type Row = DatasetPreview["rows"][number];

interface PreviewRowsProps {
  columns: readonly ColumnInfo[];
  rows: readonly Row[];
  /** The first row's place in the dataset. */
  first: number;
}

/** Samples with pictures as tiles, others as a table. */
export function PreviewRows({ columns, rows, first }: PreviewRowsProps) {
  const pictured = columns.filter(({ name }) => isPicture(rows[0]?.[name]));
  if (pictured.length === 0) {
    return (
      <DataTable
        caption="Samples"
        columns={["", ...columns.map(({ name }) => name)]}
        rows={rows.map((row, place) => [first + place, ...columns.map(({ name }) => textOf(row[name]))])}
      />
    );
  }
  const others = columns.filter((column) => !pictured.includes(column));
  return (
    <ul className={styles.tiles} style={{ "--pictures": pictured.length } as CSSProperties}>
      {rows.map((row, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a sample's place is its identity.
        <li key={place} className={styles.tile}>
          <span className={styles.pictures}>
            {pictured.map(({ name }) => (
              <img
                key={name}
                className={styles.picture}
                src={String(row[name])}
                alt={`${name} of sample ${first + place}`}
              />
            ))}
          </span>
          <span className={styles.caption}>{others.map(({ name }) => textOf(row[name])).join(", ")}</span>
        </li>
      ))}
    </ul>
  );
}

function isPicture(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("data:image/");
}

const MOST_NUMBERS = 6;

function textOf(value: unknown): string {
  if (typeof value === "number") return formatValue(value);
  if (value === null || value === undefined) return "missing";
  if (!Array.isArray(value)) return String(value);
  const numbers = value.flat(Number.POSITIVE_INFINITY);
  const shown = numbers.slice(0, MOST_NUMBERS).map(textOf).join(", ");
  return numbers.length > MOST_NUMBERS ? `${shown}, … (${numbers.length})` : shown;
}
