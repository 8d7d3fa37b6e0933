import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Shuffle } from "lucide-react";
import { Fragment, useDeferredValue, useState } from "react";
import { useGraph } from "../graph/graph-store";
import type { Augmentation } from "../graph/types";
import { augmentationPreviewQuery } from "../net/queries";
import type { DatasetSummary } from "../net/types";
import { IconButton } from "../ui/icon-button";
import styles from "./augmentation-section.module.css";
import inspector from "./inspector.module.css";

const ROWS = 4;
const VARIANTS = 4;
/** Far apart in the data, where neighbors are often alike. */
const STRIDE = 9_973;

/** Some samples as they are, each with what the first epochs of a run would make of it. */
export function AugmentationPreview({
  dataset,
  list,
}: {
  dataset: DatasetSummary;
  list: readonly Augmentation[];
}) {
  const seed = useGraph(({ whole }) => whole.training.seed);
  const [turn, setTurn] = useState(0);
  const samples = samplesShown(dataset.size, turn);
  const asked = useDeferredValue({ augmentation: list, samples, seed, variants: VARIANTS });
  const { data, error, isPlaceholderData } = useQuery({
    ...augmentationPreviewQuery(dataset.id, asked),
    placeholderData: keepPreviousData,
  });
  return (
    <div className={styles.preview} data-testid="augmentation-preview">
      <div className={styles.previewHead}>
        <span className={inspector.faint}>Before, and four epochs</span>
        <IconButton icon={Shuffle} label="Other samples" size="sm" onClick={() => setTurn(turn + 1)} />
      </div>
      {error !== null ? (
        <p className={inspector.error} role="alert">
          {error.message}
        </p>
      ) : data === undefined ? (
        <p className={inspector.faint}>Drawing the pictures.</p>
      ) : (
        <div className={styles.pictures} data-stale={isPlaceholderData || undefined}>
          {data.pictures.map(({ sample, column, before, after }) => (
            <Fragment key={`${sample} ${column}`}>
              <img src={before} data-before alt={`${column} of sample ${sample}`} />
              {after.map((picture, epoch) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: an epoch is its number
                <img key={epoch} src={picture} alt={`${column} of sample ${sample} in epoch ${epoch + 1}`} />
              ))}
            </Fragment>
          ))}
        </div>
      )}
    </div>
  );
}

/** Different samples, as many as there are up to four; others with each turn. */
export function samplesShown(size: number, turn: number): readonly number[] {
  const all = Array.from({ length: Math.min(ROWS, size) }, (_, row) => ((turn * ROWS + row) * STRIDE) % size);
  return [...new Set(all)];
}
