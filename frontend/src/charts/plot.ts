import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatValue } from "../telemetry/format";
import type { ChartSource, Curve, Range } from "./curve";
import { crosses, labelLines, type Point, type Reach } from "./label-lines";
import { readColor, readFont } from "./theme";

export interface PlotOptions {
  readonly source: ChartSource;
  readonly logarithmic: boolean;
  /** What the chart shows, in a sentence for those who cannot see it. */
  readonly describe: () => string;
  /** The x under the pointer, or null when it left. */
  readonly onPoint: (x: number | null) => void;
}

const PIXELS_PER_DOT = 16;
/** How many lines of labels there may be over a curve: with more, the lines of the marks have to do. */
const MARK_LINES = 4;
const MARK_LINE_HEIGHT = 12;

/** A chart on a canvas: built once, given new numbers at most once a frame, as large as the element it is in. */
export class Plot {
  private readonly chart: UPlot;
  private readonly observer: ResizeObserver;
  private readonly unsubscribe: () => void;
  private frame = 0;
  private zoom: Range | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly options: PlotOptions,
  ) {
    this.chart = new UPlot(this.settings(), this.data(), host);
    host.setAttribute("aria-label", options.describe());
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(host);
    this.unsubscribe = options.source.subscribe(() => this.schedule());
  }

  get canvas(): HTMLCanvasElement {
    return this.chart.ctx.canvas;
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    this.unsubscribe();
    this.chart.destroy();
  }

  private schedule(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private draw(): void {
    this.chart.setData(this.data(), this.zoom === null);
    this.host.setAttribute("aria-label", this.options.describe());
    if (this.zoom !== null) this.chart.setScale("x", { ...this.zoom });
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width === 0 || height === 0) return;
    if (width !== this.chart.width || height !== this.chart.height) {
      this.chart.setSize({ width, height });
      this.schedule();
    }
  }

  private data(): UPlot.AlignedData {
    const columns = Math.max(50, Math.round(this.host.clientWidth));
    const tables = this.options.source.curves.map((curve): UPlot.AlignedData => {
      const { x, y } = curve.points(columns, this.zoom);
      return [x as number[], this.options.logarithmic ? y.map(positive) : (y as (number | null)[])];
    });
    if (tables.length === 0) return [[], []];
    return UPlot.join(tables);
  }

  private settings(): UPlot.Options {
    const { source, logarithmic, onPoint } = this.options;
    const axis = this.axis();
    return {
      width: Math.max(1, this.host.clientWidth),
      height: Math.max(1, this.host.clientHeight),
      padding: [10, 20, 0, 0],
      legend: { show: false },
      cursor: {
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        y: false,
      },
      scales: {
        x: { time: false, range: (_, min, max) => this.rangeOfX(min, max) },
        y: logarithmic ? { distr: 3 } : { range: { min: { pad: 0.08 }, max: { pad: 0.08 } } },
      },
      axes: [
        { ...axis, size: 26, space: 56, values: (_, ticks) => ticks.map(stepLabel) },
        {
          ...axis,
          size: 58,
          space: 28,
          values: (_, ticks) => ticks.map(valueLabel),
          ...(logarithmic && { grid: { ...axis.grid, filter: wholeDecades }, ticks: { show: false } }),
        },
      ],
      series: [{}, ...source.curves.map(seriesOf)],
      hooks: {
        draw: [(chart) => this.drawMarks(chart)],
        setCursor: [
          ({ cursor, posToVal }) => onPoint(isOver(cursor.left) ? posToVal(cursor.left, "x") : null),
        ],
        setSelect: [(chart) => this.onSelect(chart)],
        ready: [({ over }) => over.addEventListener("dblclick", () => this.zoomTo(null))],
      },
    };
  }

  /** From the start to where the run is, so that charts beside each other agree; zoomed, what was chosen. */
  private rangeOfX(min: number, max: number): [number, number] {
    if (this.zoom !== null) return [min, max];
    const { min: first, max: last } = this.options.source.extent();
    return [first, Math.max(first + 1, last)];
  }

  private axis(): UPlot.Axis {
    const line = readColor("--color-border");
    return {
      font: readFont(11),
      stroke: readColor("--color-text-faint"),
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line, width: 1, size: 4 },
      gap: 4,
    };
  }

  private onSelect(chart: UPlot): void {
    const { left, width } = chart.select;
    if (width < 8) return;
    this.zoomTo({ min: chart.posToVal(left, "x"), max: chart.posToVal(left + width, "x") });
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  private zoomTo(range: Range | null): void {
    this.zoom = range;
    this.draw();
  }

  private drawMarks(chart: UPlot): void {
    const { ctx, bbox } = chart;
    const { pxRatio } = UPlot;
    const { min = 0, max = 0 } = chart.scales["x"] ?? {};
    ctx.save();
    ctx.strokeStyle = readColor("--color-text-faint");
    ctx.fillStyle = readColor("--color-text-muted");
    ctx.font = readFont(10 * pxRatio);
    ctx.lineWidth = pxRatio;
    ctx.setLineDash([3 * pxRatio, 3 * pxRatio]);
    const shown = this.options.source.marks().filter(({ step }) => step >= (min ?? 0) && step <= (max ?? 0));
    const gap = 4 * pxRatio;
    const labels = shown.map(({ step, text }) => {
      const x = Math.round(chart.valToPos(step, "x", true));
      const reach = ctx.measureText(text).width + gap;
      const isNearEnd = x + reach + gap > bbox.left + bbox.width;
      return { x, text, isNearEnd, from: isNearEnd ? x - reach : x, to: isNearEnd ? x : x + reach };
    });
    const lines = labelLines(labels, MARK_LINES);
    for (const { x } of labels) {
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    // A rim in the color of the ground keeps words readable on a curve.
    ctx.strokeStyle = readColor("--color-surface");
    ctx.lineWidth = 3 * pxRatio;
    ctx.setLineDash([]);
    const isBelow = this.isBetterBelow(chart, labels);
    labels.forEach(({ x, text, isNearEnd }, place) => {
      const line = lines[place] ?? null;
      if (line === null) return;
      ctx.textAlign = isNearEnd ? "right" : "left";
      const down = (9 + line * MARK_LINE_HEIGHT) * pxRatio;
      const [left, top] = [
        x + (isNearEnd ? -gap : gap),
        isBelow ? bbox.top + bbox.height - down : bbox.top + down,
      ];
      ctx.strokeText(text, left, top);
      ctx.fillText(text, left, top);
    });
    ctx.restore();
  }

  /** Whether curves run where the first line of labels would be at the top, and none do at the bottom. */
  private isBetterBelow(chart: UPlot, labels: readonly Reach[]): boolean {
    if (labels.length === 0) return false;
    const { top, height } = chart.bbox;
    const strip = MARK_LINE_HEIGHT * 1.5 * UPlot.pxRatio;
    const curves = chart.series
      .slice(1)
      .map(({ show }, at) => (show === false ? [] : pointsOf(chart, at + 1)));
    const isCrossed = (from: number) =>
      curves.some((curve) => labels.some((label) => crosses(curve, label, from, from + strip)));
    return isCrossed(top) && !isCrossed(top + height - strip);
  }
}

/** Where on the canvas the points of a series are drawn. */
function pointsOf(chart: UPlot, series: number): Point[] {
  const [xs, ys] = [chart.data[0], chart.data[series]];
  const scale = chart.series[series]?.scale ?? "y";
  return [...xs].flatMap((x, at) => {
    const y = ys?.[at];
    return y == null ? [] : { x: chart.valToPos(x, "x", true), y: chart.valToPos(y, scale, true) };
  });
}

function seriesOf({ color, dashed, background, dots }: Curve): UPlot.Series {
  return {
    stroke: readColor(color),
    alpha: background ? 0.28 : 1,
    width: background ? 1 : 1.75,
    dash: dashed ? [6, 4] : [],
    spanGaps: false,
    points: {
      show: (chart, place) => showsDots(Boolean(dots), countOf(chart.data[place]), chart.width),
      size: 5,
      fill: readColor(color),
    },
  };
}

/** A curve of a single point would be invisible without its dot; many dots would hide the curve. */
function showsDots(wanted: boolean, count: number, width: number): boolean {
  return count === 1 || (wanted && count * PIXELS_PER_DOT < width);
}

function countOf(values: ArrayLike<number | null | undefined> | undefined): number {
  let count = 0;
  for (let place = 0; values !== undefined && place < values.length; place++) {
    if (values[place] !== null && values[place] !== undefined) count += 1;
  }
  return count;
}

function isOver(left: number | undefined): left is number {
  return left !== undefined && left >= 0;
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}

/** A line for each power of ten; nine more between them would be a grey wall. Within one decade all stay. */
function wholeDecades(_: UPlot, splits: number[]): (number | null)[] {
  const whole = splits.map((value) => (Number.isInteger(Math.log10(value)) ? value : null));
  return whole.filter((value) => value !== null).length > 1 ? whole : splits;
}

function stepLabel(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en") : "";
}

function valueLabel(value: number | null): string {
  return value === null ? "" : formatValue(value, 3);
}
