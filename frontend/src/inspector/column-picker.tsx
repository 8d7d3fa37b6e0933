import { WandSparkles } from "lucide-react";
import { formatShape } from "../graph/describe";
import { graphStore, transact, useGraph } from "../graph/graph-store";
import { setSettings } from "../graph/operations";
import type { GraphNode } from "../graph/types";
import { useDatasets } from "../net/queries";
import type { DatasetSummary } from "../net/types";
import { Button } from "../ui/button";
import { Select } from "../ui/select";
import { castNote, fits, typeFor, wantedBy } from "./column-fit";

/** The data set that the Inputs read, once it is known. */
export function useChosenDataset(): DatasetSummary | undefined {
  const datasetId = useGraph((state) => state.document.training.dataset);
  const { data: datasets = [] } = useDatasets();
  return datasets.find(({ id }) => id === datasetId);
}

/** Which column of the data set an Input reads. Choosing one sets the data type and the shape that go with it. */
export function ColumnPicker({ node, dataset }: { node: GraphNode; dataset: DatasetSummary }) {
  const { column, name } = node.settings;
  const wanted = column === "" || column === undefined ? name : column;
  const chosen = dataset.columns.find((candidate) => candidate.name === wanted);
  const type = wantedBy(node);
  const isRight = chosen === undefined || fits(chosen, type);
  const note = chosen !== undefined && isRight ? castNote(chosen, type) : null;
  const read = (next: string) => {
    const found = dataset.columns.find((candidate) => candidate.name === next);
    if (found === undefined) return;
    transact(`Read column ${next}`, (draft) =>
      setSettings(draft, node.id, {
        column: next === name ? "" : next,
        ...typeFor(found, graphStore.getState().document, node.id),
      }),
    );
  };
  return (
    <>
      <Select
        label={`Column of ${dataset.name}`}
        description={note ?? "Choosing one sets the data type and the shape that go with it."}
        error={
          isRight
            ? undefined
            : `This column is ${chosen.dtype} ${formatShape(chosen.shape)}, but the settings below say otherwise.`
        }
        data-testid="field-dataset-column"
        placeholder="None chosen"
        value={chosen?.name ?? null}
        options={dataset.columns.map((candidate) => ({
          value: candidate.name,
          label: candidate.name,
          detail: `${candidate.dtype} ${formatShape(candidate.shape)}`,
        }))}
        onValueChange={read}
      />
      {!isRight && (
        <div>
          <Button size="sm" icon={WandSparkles} data-testid="fix-column" onClick={() => read(chosen.name)}>
            Set them to fit the column
          </Button>
        </div>
      )}
    </>
  );
}
