import type { ReactNode } from "react";
import { formatBytes } from "../graph/describe";
import type { DatasetDetail } from "../net/types";
import { formatAgo } from "../telemetry/format";
import styles from "./dataset-facts.module.css";

const SHOWN_DIGITS = 16;

/** Where a dataset is from, how large it is, and the digest by which two can be compared. */
export function DatasetFacts({ detail }: { detail: DatasetDetail }) {
  const { bytes, created, origin, sha256 } = detail;
  const options = Object.entries(origin?.options ?? {});
  return (
    <dl className={styles.facts}>
      {origin !== null && (
        <Fact name="Imported from">
          {origin.kind}: {origin.files.join(", ")}
          {options.length > 0 && (
            <span className={styles.options}>
              {options.map(([name, value]) => `${name.replaceAll("_", " ")}: ${wordsOf(value)}`).join("; ")}
            </span>
          )}
        </Fact>
      )}
      {created !== null && (
        <Fact name="Imported">
          <time dateTime={created} title={created}>
            {formatAgo(created)}
          </time>
        </Fact>
      )}
      {bytes !== null && <Fact name="On disk">{formatBytes(bytes)}</Fact>}
      <Fact name="SHA-256 of the values">
        <code title={sha256} data-testid="dataset-hash">
          {sha256.slice(0, SHOWN_DIGITS)}…
        </code>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(" × ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, chosen]) => `${name}: ${String(chosen)}`)
    .join(", ");
}
