import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../api/error";
import { previewQuery } from "../net/queries";
import type { DatasetSummary } from "../net/types";
import { formatCount } from "../telemetry/format";
import { Banner } from "../ui/banner";
import { IconButton } from "../ui/icon-button";
import { Spinner } from "../ui/spinner";
import { PreviewRows } from "./preview-rows";
import styles from "./sample-pages.module.css";

const ON_A_PAGE = 48;

/** The samples of a dataset, a page at a time. */
export function SamplePages({ dataset }: { dataset: DatasetSummary }) {
  const [offset, setOffset] = useState(0);
  const { data, error, isPending } = useQuery({
    ...previewQuery(dataset.id, offset, ON_A_PAGE),
    placeholderData: keepPreviousData,
  });
  const rows = data?.rows ?? [];
  // Where samples are large, the server answers fewer than it was asked for.
  const step = data?.offset === offset && rows.length > 0 ? rows.length : ON_A_PAGE;
  const [back, setBack] = useState<readonly number[]>([]);
  const goOn = () => {
    setBack([...back, offset]);
    setOffset(offset + step);
  };
  const goBack = () => {
    setOffset(back.at(-1) ?? 0);
    setBack(back.slice(0, -1));
  };
  return (
    <section className={styles.section} aria-labelledby="samples">
      <header className={styles.head}>
        <h2 className={styles.heading} id="samples">
          Samples
        </h2>
        <span className={styles.place} data-testid="samples-place">
          {rows.length > 0 &&
            `${formatCount((data?.offset ?? 0) + 1)} to ${formatCount((data?.offset ?? 0) + rows.length)} of ${formatCount(dataset.size)}`}
        </span>
        <IconButton
          icon={ChevronLeft}
          label="Previous samples"
          disabled={back.length === 0}
          onClick={goBack}
        />
        <IconButton
          icon={ChevronRight}
          label="Next samples"
          disabled={offset + step >= dataset.size}
          onClick={goOn}
        />
      </header>
      {isPending && <Spinner>Reading the samples</Spinner>}
      {error !== null && (
        <Banner tone="warning" title="The samples could not be read">
          {messageOf(error)}
        </Banner>
      )}
      {data !== undefined && <PreviewRows columns={dataset.columns} rows={rows} first={data.offset} />}
    </section>
  );
}
