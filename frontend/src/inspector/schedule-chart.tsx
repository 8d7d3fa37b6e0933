import { useQuery } from "@tanstack/react-query";
import { shallow } from "zustand/shallow";
import { formatNumber } from "../graph/describe";
import { useGraph } from "../graph/graph-store";
import type { Settings } from "../graph/types";
import { scheduleQuery } from "../net/schedules";
import { formatCount } from "../telemetry/format";
import { useChosenDataset } from "./column-picker";
import styles from "./schedule-chart.module.css";
import { hasCurve, highestRate, pathOf, runLength, settingsOfCurve } from "./schedule-curve";

const BOX = { width: 260, height: 64 };

/** The learning rate from the first step of a run to its last, as the server computes it. */
export function ScheduleChart({ settings }: { settings: Settings }) {
  const dataset = useChosenDataset();
  const length = useGraph((state) => runLength(state.document, dataset?.size), shallow);
  const isCurved = hasCurve(settings);
  const { data, isError } = useQuery({
    ...scheduleQuery({ settings: settingsOfCurve(settings), ...length }),
    enabled: isCurved,
  });
  if (!isCurved || isError || data === undefined) return null;
  const highest = highestRate(data.rates);
  const last = data.rates.at(-1) ?? 0;
  const words = `Learning rate from ${rateText(data.rates[0] ?? 0)} over at most ${rateText(highest)} to ${rateText(last)} after ${length.steps} steps`;
  return (
    <figure className={styles.chart} data-testid="schedule-curve">
      <svg
        className={styles.curve}
        viewBox={`0 0 ${BOX.width} ${BOX.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
      >
        <title>{words}</title>
        <path className={styles.line} d={pathOf(data, BOX)} vectorEffect="non-scaling-stroke" />
      </svg>
      <figcaption className={styles.caption}>
        <span>up to {rateText(highest)}</span>
        <span>{formatCount(length.steps)} steps</span>
      </figcaption>
    </figure>
  );
}

function rateText(rate: number): string {
  return formatNumber(Number(rate.toPrecision(3)));
}
