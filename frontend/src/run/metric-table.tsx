import { formatValue } from "../telemetry/format";
import { SPLITS } from "../telemetry/run-facts";
import styles from "./metric-table.module.css";
import { useFact } from "./use-run";

/** The newest metrics side by side: training, validation, and at the end the test data. */
export function MetricTable() {
  const figures = useFact((facts) => facts.figures) ?? {};
  const metrics = useFact((facts) => facts.metrics) ?? [];
  const splits = SPLITS.filter((split) => Object.keys(figures[split] ?? {}).length > 0);
  if (metrics.length === 0 || splits.length === 0) return null;
  return (
    <table className={styles.table} aria-label="Metrics">
      <thead>
        <tr>
          <th scope="col">Metric</th>
          {splits.map((split) => (
            <th key={split} scope="col">
              {split}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {metrics.map((name) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {splits.map((split) => (
              <td key={split} data-testid={`metric-${split}-${name}`}>
                {name in (figures[split] ?? {}) ? formatValue(figures[split]?.[name]) : ""}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
