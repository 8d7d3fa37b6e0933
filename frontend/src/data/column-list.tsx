import { useState } from "react";
import type { ColumnInfo, ColumnStatistics } from "../net/types";
import { formatCount, formatValue } from "../telemetry/format";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { ClassBalance } from "./class-balance";
import { ColumnHistogram } from "./column-histogram";
import styles from "./column-list.module.css";

const SHOWN = 24;

interface ColumnListProps {
  columns: readonly ColumnInfo[];
  statistics: Readonly<Record<string, ColumnStatistics>>;
}

/** A card for each column: its type, what it is, and how its values are spread. */
export function ColumnList({ columns, statistics }: ColumnListProps) {
  const [all, setAll] = useState(false);
  const shown = all ? columns : columns.slice(0, SHOWN);
  return (
    <>
      <ul className={styles.columns} data-testid="columns">
        {shown.map((column) => (
          <ColumnCard key={column.name} column={column} statistics={statistics[column.name]} />
        ))}
      </ul>
      {columns.length > SHOWN && (
        <Button size="sm" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${formatCount(columns.length)} columns`}
        </Button>
      )}
    </>
  );
}

interface ColumnCardProps {
  column: ColumnInfo;
  statistics: ColumnStatistics | undefined;
}

function ColumnCard({ column, statistics }: ColumnCardProps) {
  const { name, dtype, shape, labels, description } = column;
  const missing = statistics?.missing ?? 0;
  return (
    <li className={styles.column} data-testid={`column-${name}`}>
      <header className={styles.head}>
        <h3 className={styles.name}>{name}</h3>
        <span className={styles.type}>
          {labels === null ? dtype : `${formatCount(labels.length)} classes`}, {shapeText(shape)}
        </span>
        {missing > 0 && <Badge tone="warning">{formatCount(missing)} filled in</Badge>}
      </header>
      {description !== "" && <p className={styles.description}>{description}</p>}
      {statistics !== undefined && <Spread column={column} statistics={statistics} />}
    </li>
  );
}

function Spread({
  column: { name, labels, dtype },
  statistics,
}: Required<ColumnCardProps> & { statistics: ColumnStatistics }) {
  if (statistics.counts !== null && (labels !== null || statistics.histogram === null)) {
    return <ClassBalance name={name} counts={statistics.counts} labels={labels} />;
  }
  return (
    <>
      {statistics.histogram !== null && (
        <ColumnHistogram name={name} histogram={statistics.histogram} whole={dtype === "int64"} />
      )}
      <dl className={styles.figures}>
        {FIGURES.map(([word, key]) => (
          <div key={key} className={styles.figure}>
            <dt>{word}</dt>
            <dd>{formatValue(statistics[key])}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

const FIGURES = [
  ["smallest", "min"],
  ["mean", "mean"],
  ["largest", "max"],
  ["deviation", "std"],
] as const;

function shapeText(shape: readonly number[]): string {
  if (shape.length === 0) return "one a sample";
  return shape.length === 1 ? `${shape[0]} a sample` : `${shape.join(" × ")} a sample`;
}
