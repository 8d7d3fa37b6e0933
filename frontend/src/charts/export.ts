import type { ChartSource } from "./curve";
import { readColor } from "./theme";

const EVERY_POINT = 1_000_000;

/** All points of all curves that are not background, one row for each x. */
export function csvOf(source: ChartSource, unit: string): string {
  const { columns, rows } = tableOf(source, EVERY_POINT);
  const cells = [[unit, ...columns].map(quote), ...rows.map((row) => row.map((value) => value ?? ""))];
  return cells.map((row) => `${row.join(",")}\n`).join("");
}

export interface Table {
  readonly columns: readonly string[];
  /** x first, then one value or null for each column. */
  readonly rows: readonly (readonly [number, ...(number | null)[]])[];
}

export function tableOf(source: ChartSource, points: number): Table {
  const curves = source.curves.filter((curve) => !curve.background);
  const rows = new Map<number, (number | null)[]>();
  curves.forEach((curve, place) => {
    const { x, y } = curve.points(points, null);
    x.forEach((at, index) => {
      const row = rows.get(at) ?? curves.map(() => null);
      row[place] = y[index] ?? null;
      rows.set(at, row);
    });
  });
  const ordered = [...rows.entries()].sort(([a], [b]) => a - b);
  return {
    columns: curves.map(({ label }) => label),
    rows: ordered.map(([x, values]) => [x, ...values] as const),
  };
}

/** The canvas on the page's ground instead of on nothing. */
export function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  const context = copy.getContext("2d");
  if (context === null) throw new Error("This browser has no 2D canvas.");
  context.fillStyle = readColor("--color-surface");
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  return new Promise((resolve, reject) => {
    copy.toBlob((blob) => (blob === null ? reject(new Error("No picture could be made.")) : resolve(blob)));
  });
}

export function download(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

function quote(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
