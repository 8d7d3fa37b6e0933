import { type CSSProperties, useState } from "react";
import { useGraph } from "../graph/graph-store";
import { useDatasets } from "../net/queries";
import { type Confusion, recall, shade, worstMistakes } from "../telemetry/confusion";
import { SPLITS, type Split } from "../telemetry/run-facts";
import { Select } from "../ui/select";
import styles from "./confusion-view.module.css";
import { useFact } from "./use-run";

const LISTED_MISTAKES = 8;

/** Which classes are taken for which: one matrix for each metric of that kind, of the split that is chosen. */
export function ConfusionView() {
  const confusion = useFact((facts) => facts.confusion) ?? {};
  const splits = SPLITS.filter((split) => Object.keys(confusion[split] ?? {}).length > 0);
  const [wanted, setWanted] = useState<Split | null>(null);
  const split = wanted !== null && splits.includes(wanted) ? wanted : splits.at(-1);
  const matrices = split === undefined ? [] : Object.entries(confusion[split] ?? {});
  const [chosen, setChosen] = useState<string | null>(null);
  const [name, matrix] = matrices.find(([other]) => other === chosen) ?? matrices[0] ?? [];
  if (split === undefined || name === undefined || matrix === undefined) return null;
  return (
    <div className={styles.view} data-testid="confusion">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard. */}
      <section className={styles.scroll} tabIndex={0} aria-label={`Confusion matrix of ${name}`}>
        <Matrix matrix={matrix} />
      </section>
      <aside className={styles.side}>
        <Select
          label="Samples"
          size="sm"
          value={split}
          options={splits.map((value) => ({ value, label: value }))}
          onValueChange={setWanted}
        />
        {matrices.length > 1 && (
          <Select
            label="Metric"
            size="sm"
            value={name}
            options={matrices.map(([value]) => ({ value, label: value }))}
            onValueChange={setChosen}
          />
        )}
        <Mistakes matrix={matrix} />
      </aside>
    </div>
  );
}

function Matrix({ matrix }: { matrix: Confusion }) {
  const labelOf = useClassNames(matrix.length);
  const classes = matrix.map((_, target) => target);
  return (
    <table className={styles.matrix}>
      <caption className={styles.caption}>Rows: what it is. Columns: what it was taken for.</caption>
      <thead>
        <tr>
          <td />
          {classes.map((taken) => (
            <th key={taken} scope="col">
              {labelOf(taken)}
            </th>
          ))}
          <th scope="col" className={styles.found}>
            found
          </th>
        </tr>
      </thead>
      <tbody>
        {matrix.map((row, target) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its class number.
          <tr key={target}>
            <th scope="row">{labelOf(target)}</th>
            {row.map((count, taken) => (
              <td
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its class number.
                key={taken}
                className={styles.cell}
                data-right={target === taken || undefined}
                style={{ "--shade": `${Math.round(shade(row, taken) * 100)}%` } as CSSProperties}
                title={`${labelOf(target)} taken for ${labelOf(taken)}: ${count}`}
              >
                {count > 0 ? count : ""}
              </td>
            ))}
            <td className={styles.found}>{percent(recall(matrix, target))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Mistakes({ matrix }: { matrix: Confusion }) {
  const labelOf = useClassNames(matrix.length);
  const mistakes = worstMistakes(matrix, LISTED_MISTAKES);
  if (mistakes.length === 0) return <p className={styles.faint}>No mistakes.</p>;
  return (
    <ol className={styles.mistakes} aria-label="Most frequent mistakes">
      {mistakes.map(({ target, taken, count }) => (
        <li key={`${target} ${taken}`}>
          <span>
            {labelOf(target)} taken for {labelOf(taken)}
          </span>
          <span className={styles.count}>{count}</span>
        </li>
      ))}
    </ol>
  );
}

/** The dataset's names of the classes, where one of its columns has as many. */
function useClassNames(count: number): (value: number) => string {
  const id = useGraph(({ whole }) => whole.training.dataset);
  const { data: datasets = [] } = useDatasets();
  const columns = datasets.find((dataset) => dataset.id === id)?.columns ?? [];
  const labels = columns.find((column) => column.labels?.length === count)?.labels;
  return (value) => labels?.[value] ?? String(value);
}

function percent(part: number | null): string {
  return part === null ? "" : `${(part * 100).toFixed(1)} %`;
}
