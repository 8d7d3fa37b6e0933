import { useQuery } from "@tanstack/react-query";
import { Link, Trash2 } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../api/error";
import { endGesture, transact, useGraph } from "../graph/graph-store";
import { previewQuery, useDeleteDataset } from "../net/queries";
import type { ColumnInfo, ColumnStatistics, DatasetSummary } from "../net/types";
import { formatCount, formatValue } from "../telemetry/format";
import { Badge } from "../ui/badge";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import { DataTable } from "../ui/data-table";
import { ConfirmDialog } from "../ui/dialog";
import { Spinner } from "../ui/spinner";
import { notify } from "../ui/toast";
import styles from "./dataset-view.module.css";
import { PreviewRows } from "./preview-rows";

const PREVIEWED = 24;

/** One dataset: where it is from, its columns, and what its first samples look like. */
export function DatasetView({ dataset, onDeleted }: { dataset: DatasetSummary; onDeleted: () => void }) {
  const preview = useQuery(previewQuery(dataset.id, PREVIEWED));
  return (
    <article className={styles.view} aria-label={dataset.name}>
      <header className={styles.head}>
        <div className={styles.words}>
          <h1 className={styles.title}>
            {dataset.name}
            {dataset.builtin && <Badge>included</Badge>}
          </h1>
          {dataset.description !== "" && <p className={styles.description}>{dataset.description}</p>}
        </div>
        <Actions dataset={dataset} onDeleted={onDeleted} />
      </header>
      <section className={styles.section} aria-labelledby="columns">
        <h2 className={styles.heading} id="columns">
          {formatCount(dataset.size)} samples, {dataset.columns.length}{" "}
          {dataset.columns.length === 1 ? "column" : "columns"}
        </h2>
        <Columns columns={dataset.columns} statistics={preview.data?.statistics ?? {}} />
      </section>
      <section className={styles.section} aria-labelledby="samples">
        <h2 className={styles.heading} id="samples">
          First samples
        </h2>
        {preview.isPending && <Spinner>Reading the first samples</Spinner>}
        {preview.error !== null && (
          <Banner tone="warning" title="The samples could not be read">
            {messageOf(preview.error)}
          </Banner>
        )}
        {preview.data !== undefined && <PreviewRows columns={dataset.columns} rows={preview.data.rows} />}
      </section>
      {dataset.attribution !== null && <p className={styles.attribution}>{dataset.attribution}</p>}
    </article>
  );
}

function Actions({ dataset, onDeleted }: { dataset: DatasetSummary; onDeleted: () => void }) {
  const [asks, setAsks] = useState(false);
  const { mutateAsync } = useDeleteDataset();
  const graph = useGraph((state) => (state.graphId === null ? null : state.document));
  const isUsed = graph?.training.dataset === dataset.id;
  const use = () => {
    transact(`Train with ${dataset.name}`, (draft) => {
      draft.training.dataset = dataset.id;
    });
    endGesture();
    notify({ tone: "success", title: `“${graph?.name}” now trains with ${dataset.name}` });
  };
  const remove = async () => {
    try {
      await mutateAsync(dataset.id);
      onDeleted();
    } catch (error) {
      notify({ tone: "danger", title: `${dataset.name} was not deleted`, description: messageOf(error) });
    }
  };
  return (
    <div className={styles.actions}>
      {graph !== null &&
        (isUsed ? (
          <Badge tone="success" data-testid="dataset-used">
            used by this graph
          </Badge>
        ) : (
          <Button icon={Link} data-testid="use-dataset" onClick={use}>
            Use in “{graph.name}”
          </Button>
        ))}
      {!dataset.builtin && (
        <Button variant="danger" icon={Trash2} data-testid="delete-dataset" onClick={() => setAsks(true)}>
          Delete
        </Button>
      )}
      <ConfirmDialog
        open={asks}
        onOpenChange={setAsks}
        title={`Delete ${dataset.name}?`}
        confirmLabel="Delete"
        destructive
        onConfirm={() => void remove()}
      >
        Its {formatCount(dataset.size)} samples are removed from this computer's Wiregrad folder. Graphs that
        train with it will need another dataset. This cannot be undone.
      </ConfirmDialog>
    </div>
  );
}

interface ColumnsProps {
  columns: readonly ColumnInfo[];
  statistics: Readonly<Record<string, ColumnStatistics>>;
}

function Columns({ columns, statistics }: ColumnsProps) {
  const isDescribed = columns.some(({ description }) => description !== "");
  return (
    <DataTable
      caption="Columns"
      columns={["Column", "Type", "Sample shape", "Values", ...(isDescribed ? ["What it is"] : [])]}
      rows={columns.map(({ name, dtype, shape, labels, description }) => [
        <code key="name">{name}</code>,
        dtype,
        <code key="shape">
          ({shape.join(", ")}
          {shape.length === 1 ? "," : ""})
        </code>,
        labels === null ? rangeText(statistics[name]) : classText(labels, statistics[name]),
        ...(isDescribed
          ? [
              <span key="description" className={styles.wrapped}>
                {description}
              </span>,
            ]
          : []),
      ])}
    />
  );
}

function rangeText(statistics: ColumnStatistics | undefined): string {
  if (statistics === undefined || statistics.min === null || statistics.max === null) return "";
  const missing = statistics.missing > 0 ? `, ${formatCount(statistics.missing)} missing` : "";
  return `${formatValue(statistics.min, 3)} to ${formatValue(statistics.max, 3)}${missing}`;
}

const NAMED_CLASSES = 4;

function classText(labels: readonly string[], statistics: ColumnStatistics | undefined): string {
  const count = (label: string) => {
    const samples = statistics?.counts?.[label];
    return samples === undefined ? label : `${label} (${formatCount(samples)})`;
  };
  const named = labels.slice(0, NAMED_CLASSES).map(count).join(", ");
  return labels.length > NAMED_CLASSES ? `${labels.length} classes: ${named}, …` : named;
}
