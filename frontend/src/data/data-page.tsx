import { Database } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../api/error";
import { useGraph } from "../graph/graph-store";
import { useDatasets } from "../net/queries";
import type { DatasetSummary } from "../net/types";
import { formatCount } from "../telemetry/format";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Spinner } from "../ui/spinner";
import styles from "./data-page.module.css";
import { DatasetView } from "./dataset-view";
import { UploadArea } from "./upload-area";

/** What there is to learn from: datasets that come with the product and one's own. */
export function DataPage() {
  const { data: datasets, error, refetch } = useDatasets();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const usedId = useGraph((state) => (state.graphId === null ? null : state.document.training.dataset));
  if (error !== null) {
    return (
      <div className={styles.message}>
        <Banner
          tone="danger"
          title="The datasets could not be listed"
          actions={
            <Button size="sm" onClick={() => void refetch()}>
              Try again
            </Button>
          }
        >
          {messageOf(error)}
        </Banner>
      </div>
    );
  }
  if (datasets === undefined) {
    return (
      <div className={styles.message}>
        <Spinner>Reading the datasets</Spinner>
      </div>
    );
  }
  const find = (wanted: string | null) => datasets.find(({ id }) => id === wanted);
  const chosen = find(chosenId) ?? find(usedId) ?? datasets[0];
  return (
    <div className={styles.page} data-testid="data-page">
      <nav className={styles.side} aria-label="Datasets">
        <UploadArea onUploaded={({ id }) => setChosenId(id)} />
        <DatasetList
          title="Yours"
          datasets={datasets.filter(({ builtin }) => !builtin)}
          chosen={chosen}
          onChoose={setChosenId}
        />
        <DatasetList
          title="Included"
          datasets={datasets.filter(({ builtin }) => builtin)}
          chosen={chosen}
          onChoose={setChosenId}
        />
      </nav>
      {chosen === undefined ? (
        <EmptyState icon={Database} title="No data yet">
          Import a table, arrays, a text, or a zip of folders with pictures.
        </EmptyState>
      ) : (
        <DatasetView key={chosen.id} dataset={chosen} onDeleted={() => setChosenId(null)} />
      )}
    </div>
  );
}

interface DatasetListProps {
  title: string;
  datasets: readonly DatasetSummary[];
  chosen: DatasetSummary | undefined;
  onChoose: (id: string) => void;
}

function DatasetList({ title, datasets, chosen, onChoose }: DatasetListProps) {
  if (datasets.length === 0) return null;
  return (
    <section className={styles.group}>
      <h2 className={styles.heading}>{title}</h2>
      <ul>
        {datasets.map(({ id, name, size, columns }) => (
          <li key={id}>
            <button
              type="button"
              className={styles.row}
              aria-current={id === chosen?.id}
              data-testid={`dataset-${id}`}
              onClick={() => onChoose(id)}
            >
              <span className={styles.name}>{name}</span>
              <span className={styles.detail}>
                {formatCount(size)} samples, {columns.length} {columns.length === 1 ? "column" : "columns"}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
