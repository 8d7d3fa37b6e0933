import { Download, Table2 } from "lucide-react";
import { type RefObject, useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { formatValue } from "../telemetry/format";
import { IconButton } from "../ui/icon-button";
import { Menu, MenuItem } from "../ui/menu";
import { ChartTable } from "./chart-table";
import type { ChartSource, Curve } from "./curve";
import { csvOf, download, pngOf } from "./export";
import styles from "./line-chart.module.css";
import { Plot, type PlotOptions } from "./plot";
import { onThemeChange } from "./theme";

export interface LineChartProps {
  title: string;
  source: ChartSource;
  logarithmic?: boolean;
  /** What the x axis counts. */
  unit: string;
}

/** Curves with a legend that reads their values, under the pointer or last. */
export function LineChart({ title, source, logarithmic = false, unit }: LineChartProps) {
  const [showsTable, setShowsTable] = useState(false);
  const [point, setPoint] = useState<number | null>(null);
  const host = useRef<HTMLDivElement>(null);
  const visible = source.curves.filter((curve) => !curve.background && !curve.unlisted);
  const describe = useCallback(() => summaryOf(title, source, unit), [title, source, unit]);
  const plot = usePlot(host, { source, logarithmic, describe, onPoint: setPoint });

  const saveImage = async () => {
    if (plot.current) download(await pngOf(plot.current.canvas), `${title}.png`);
  };
  const saveNumbers = () => download(new Blob([csvOf(source, unit)], { type: "text/csv" }), `${title}.csv`);

  return (
    <figure className={styles.chart}>
      <figcaption className={styles.head}>
        <span className={styles.title}>{title}</span>
        <Legend curves={visible} source={source} point={point} unit={unit} />
        <span className={styles.tools}>
          <IconButton
            icon={Table2}
            size="sm"
            label={`${title} as a table`}
            onClick={() => setShowsTable(true)}
          />
          <Menu align="end" trigger={<IconButton icon={Download} size="sm" label={`Save ${title}`} />}>
            <MenuItem onSelect={() => void saveImage()}>Picture (PNG)</MenuItem>
            <MenuItem onSelect={saveNumbers}>Numbers (CSV)</MenuItem>
          </Menu>
        </span>
      </figcaption>
      <div ref={host} className={styles.canvas} role="img" aria-label={describe()} />
      <ChartTable open={showsTable} onOpenChange={setShowsTable} title={title} source={source} unit={unit} />
    </figure>
  );
}

function usePlot(
  host: RefObject<HTMLDivElement | null>,
  { source, logarithmic, describe, onPoint }: PlotOptions,
): RefObject<Plot | null> {
  const plot = useRef<Plot | null>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const build = () => {
      plot.current?.destroy();
      plot.current = new Plot(element, { source, logarithmic, describe, onPoint });
    };
    build();
    const stopWatching = onThemeChange(build);
    return () => {
      stopWatching();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [host, source, logarithmic, describe, onPoint]);
  return plot;
}

interface LegendProps {
  curves: readonly Curve[];
  source: ChartSource;
  point: number | null;
  unit: string;
}

function Legend({ curves, source, point, unit }: LegendProps) {
  // A string compares by value, so the legend is only drawn again when a number in it changed.
  const text = useSyncExternalStore(source.subscribe, () =>
    curves.map((curve) => readable(shownValue(curve, point))).join("|"),
  );
  const values = text.split("|");
  return (
    <span className={styles.legend}>
      {point !== null && (
        <span className={styles.at}>
          {unit} {Math.round(point).toLocaleString("en")}
        </span>
      )}
      {curves.map(({ id, label, color, dashed }, place) => (
        <span key={id} className={styles.entry}>
          <span
            className={styles.stroke}
            data-dashed={dashed || undefined}
            style={{ borderColor: `var(${color})` }}
            aria-hidden
          />
          {label}
          <span className={styles.value}>{values[place]}</span>
        </span>
      ))}
    </span>
  );
}

function shownValue(curve: Curve, point: number | null): number | null | undefined {
  return point === null ? curve.last()?.y : curve.valueAt(point);
}

function readable(value: number | null | undefined): string {
  return value === undefined ? "" : formatValue(value);
}

function summaryOf(title: string, { curves, marks }: ChartSource, unit: string): string {
  const parts = curves.flatMap((curve) => {
    if (curve.background) return [];
    const last = curve.last();
    return last === null ? [] : [`${curve.label} ${formatValue(last.y)} at ${unit} ${last.x}`];
  });
  return parts.length === 0
    ? `${title}: nothing recorded yet`
    : `${title}: ${[...parts, ...marks().map(({ text }) => text)].join(", ")}`;
}
