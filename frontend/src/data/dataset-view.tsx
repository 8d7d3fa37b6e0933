import { useQuery } from "@tanstack/react-query";
import { Link, Trash2 } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../api/error";
import { endGesture, transact, useGraph } from "../graph/graph-store";
import { datasetQuery, useDeleteDataset } from "../net/queries";
import type { DatasetSummary } from "../net/types";
import { formatCount } from "../telemetry/format";
import { Badge } from "../ui/badge";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/dialog";
import { Spinner } from "../ui/spinner";
import { notify } from "../ui/toast";
import { ColumnList } from "./column-list";
import { DatasetFacts } from "./dataset-facts";
import styles from "./dataset-view.module.css";
import { SamplePages } from "./sample-pages";

/** One dataset: where it is from, how its columns are spread, and what its samples look like. */
export function DatasetView({ dataset, onDeleted }: { dataset: DatasetSummary; onDeleted: () => void }) {
  const { data: detail, error, isPending } = useQuery(datasetQuery(dataset.id));
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
      {detail !== undefined && <DatasetFacts detail={detail} />}
      <section className={styles.section} aria-labelledby="columns">
        <h2 className={styles.heading} id="columns">
          {formatCount(dataset.size)} samples, {dataset.columns.length}{" "}
          {dataset.columns.length === 1 ? "column" : "columns"}
        </h2>
        {isPending && <Spinner>Counting the values</Spinner>}
        {error !== null && (
          <Banner tone="warning" title="The values could not be counted">
            {messageOf(error)}
          </Banner>
        )}
        <ColumnList columns={dataset.columns} statistics={detail?.statistics ?? {}} />
      </section>
      <SamplePages dataset={dataset} />
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
