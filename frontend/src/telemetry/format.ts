/** Numbers and times as a person reads them. */

const PLAIN = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A loss or a parameter: enough digits to see it move, no more than needed. */
export function formatValue(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "not a number";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4)
    return value
      .toExponential(digits - 1)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  return Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(size))))).toString();
}

export function formatCount(value: number): string {
  return PLAIN.format(value);
}

/** 12,300 becomes 12.3 k. */
export function formatRate(value: number): string {
  if (value >= 1e6) return `${trim(value / 1e6)} M`;
  if (value >= 1e4) return `${trim(value / 1e3)} k`;
  return value >= 100 ? PLAIN.format(value) : trim(value);
}

export function formatShare(value: number): string {
  const percent = value * 100;
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  return `${percent >= 99.95 || percent >= 10 ? Math.round(percent) : trim(percent)} %`;
}

export function formatDuration(seconds: number): string {
  if (seconds < 1) return "under 1 s";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** How long ago an ISO time was: "3 hours ago". */
export function formatAgo(time: string, now = Date.now()): string {
  const seconds = (Date.parse(time) - now) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.round(seconds / size), unit);
  }
  return "just now";
}

function trim(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}
