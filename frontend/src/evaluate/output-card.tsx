import { TensorPicture } from "../charts/tensor-picture";
import type { OutputValue } from "../net/types";
import { formatShare, formatValue } from "../telemetry/format";
import { DataTable } from "../ui/data-table";
import { MeterBar } from "../ui/meter-bar";
import styles from "./output-card.module.css";
import { flatten, pictureShape, showShape } from "./tensor";

/** One Output as a person reads it: a number, labeled bars, a picture or a table. */
export function OutputCard({ name, output }: { name: string; output: OutputValue }) {
  const shape = output.batched ? output.shape.slice(1) : output.shape;
  return (
    <section className={styles.card} aria-label={name}>
      <header className={styles.head}>
        <h3 className={styles.name}>{name}</h3>
        <span className={styles.type}>
          {output.dtype} {showShape(shape)}
        </span>
      </header>
      <div data-testid={`output-${name}`}>
        <Value name={name} output={output} shape={shape} />
      </div>
    </section>
  );
}

interface ValueProps {
  name: string;
  output: OutputValue;
  shape: readonly number[];
}

function Value({ name, output, shape }: ValueProps) {
  // One sample was given, so one is answered.
  const sample = output.batched && Array.isArray(output.value) ? output.value[0] : output.value;
  const flat = flatten(sample);
  const picture = pictureShape(shape);
  if (output.display === "probabilities")
    return <Probabilities name={name} flat={flat} labels={output.labels} />;
  if (output.display === "image" && picture !== null) {
    return <TensorPicture flat={flat} shape={picture} range={rangeOf(flat)} label={name} />;
  }
  if (output.display === "number" || flat.length <= 4) return <Numbers flat={flat} dtype={output.dtype} />;
  return <Table flat={flat} shape={shape} />;
}

function Numbers({ flat, dtype }: { flat: readonly number[]; dtype: OutputValue["dtype"] }) {
  return (
    <div className={styles.numbers} data-many={flat.length > 1 || undefined}>
      {flat.map((value, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a number's place is its identity.
        <output key={place} className={styles.number} data-broken={!Number.isFinite(value) || undefined}>
          {dtype === "bool" ? (value === 1 ? "true" : "false") : formatValue(value, 6)}{" "}
        </output>
      ))}
    </div>
  );
}

const MOST_BARS = 12;

/** The classes in their order; of very many, the most probable. */
function Probabilities({
  name,
  flat,
  labels,
}: {
  name: string;
  flat: readonly number[];
  labels: OutputValue["labels"];
}) {
  const classes = flat.map((value, place) => ({ value, label: labels?.[place] ?? String(place) }));
  const likeliest = classes.toSorted((a, b) => b.value - a.value);
  const best = likeliest[0];
  const shown = classes.length > MOST_BARS ? likeliest.slice(0, MOST_BARS) : classes;
  return (
    <div className={styles.bars}>
      {best !== undefined && (
        <p className={styles.verdict}>
          {best.label} <span className={styles.share}>{shareOf(best.value)}</span>
        </p>
      )}
      {shown.map(({ label, value }) => (
        <MeterBar
          key={label}
          label={label}
          value={Number.isFinite(value) ? value : 0}
          text={shareOf(value)}
          emphasized={label === best?.label}
          data-testid={`output-${name}-bar-${label}`}
        />
      ))}
      {classes.length > MOST_BARS && (
        <p className={styles.rest}>
          The {MOST_BARS} most probable of {classes.length} classes.
        </p>
      )}
    </div>
  );
}

const MOST_ROWS = 200;

function Table({ flat, shape }: { flat: readonly number[]; shape: readonly number[] }) {
  const columns = shape.at(-1) ?? 1;
  const all = Math.ceil(flat.length / columns);
  const rows = Array.from({ length: Math.min(all, MOST_ROWS) }, (_, row) => [
    row,
    ...flat.slice(row * columns, (row + 1) * columns).map((value) => formatValue(value)),
  ]);
  return (
    <div className={styles.table}>
      <DataTable
        numeric
        columns={["", ...Array.from({ length: columns }, (_, column) => column)]}
        rows={rows}
      />
      {all > MOST_ROWS && (
        <p className={styles.rest}>
          The first {MOST_ROWS} of {all} rows.
        </p>
      )}
    </div>
  );
}

function shareOf(value: number): string {
  return Number.isFinite(value) ? formatShare(value) : "not a number";
}

function rangeOf(flat: readonly number[]): { min: number; max: number } {
  const finite = flat.filter(Number.isFinite);
  const [min, max] = [Math.min(0, ...finite), Math.max(...finite, 0)];
  // Pictures are 0 to 1 as a rule; others are stretched to what they hold.
  return min === 0 && max <= 1 ? { min: 0, max: 1 } : { min, max };
}
