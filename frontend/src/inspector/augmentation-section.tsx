import { ArrowDown, ArrowUp, X } from "lucide-react";
import { endGesture, transact, useGraph } from "../graph/graph-store";
import { setTraining } from "../graph/operations";
import type { Augmentation, JsonSchema } from "../graph/types";
import { useAugmentationKinds } from "../net/queries";
import type { AugmentationKind, DatasetSummary } from "../net/types";
import { IconButton } from "../ui/icon-button";
import { Select } from "../ui/select";
import { AugmentationPreview } from "./augmentation-preview";
import styles from "./augmentation-section.module.css";
import { controlOf, describeRange } from "./controls";
import inspector from "./inspector.module.css";
import { columnsRead } from "./normalization-section";
import { Section } from "./section";
import { SettingField, sentence } from "./setting-field";

/** The random changes of training pictures, in their order, with what they do to some of them. */
export function AugmentationSection({ dataset }: { dataset: DatasetSummary }) {
  const list = useGraph(({ whole }) => whole.training.augmentation);
  const read = useGraph(({ whole }) => columnsRead(whole).join("\n")).split("\n");
  const { data: kinds = [] } = useAugmentationKinds();
  const columns = dataset.columns.filter(isPicture).map(({ name }) => name);
  const [first] = [...columns.filter((name) => read.includes(name)), ...columns];
  if (first === undefined && list.length === 0) return null;
  const change = (label: string, next: readonly Augmentation[], gesture: string | null = null) =>
    transact(label, (draft) => setTraining(draft, { augmentation: next }), gesture);
  return (
    <Section title="Augmentation" isFolded={list.length === 0}>
      <p className={inspector.faint}>
        Changes training pictures at random, anew in each epoch, in this order.
      </p>
      {list.length > 0 && first !== undefined && <AugmentationPreview dataset={dataset} list={list} />}
      {list.map((item, place) => (
        <AugmentationCard
          // biome-ignore lint/suspicious/noArrayIndexKey: an augmentation has no other name than its place
          key={`${place} ${item.kind}`}
          item={item}
          kind={kinds.find(({ kind }) => kind === item.kind)}
          columns={columns}
          place={place}
          count={list.length}
          onChange={(next, label, gesture) => change(label, list.with(place, next), gesture)}
          onMove={(by) => change("Move augmentation", moved(list, place, by))}
          onRemove={() => change("Remove augmentation", list.toSpliced(place, 1))}
        />
      ))}
      {first !== undefined && (
        <Select
          label="Add a change"
          hideLabel
          data-testid="add-augmentation"
          placeholder="Add a change"
          value={null}
          options={kinds.map(({ kind, title, summary }) => ({ value: kind, label: title, detail: summary }))}
          onValueChange={(kind) =>
            change("Add augmentation", withAdded(list, { kind, column: first, settings: {} }, kinds))
          }
        />
      )}
    </Section>
  );
}

interface CardProps {
  readonly item: Augmentation;
  readonly kind: AugmentationKind | undefined;
  readonly columns: readonly string[];
  readonly place: number;
  readonly count: number;
  readonly onChange: (next: Augmentation, label: string, gesture: string | null) => void;
  readonly onMove: (by: number) => void;
  readonly onRemove: () => void;
}

function AugmentationCard({ item, kind, columns, place, count, onChange, onMove, onRemove }: CardProps) {
  const title = kind?.title ?? item.kind;
  const schema = kind?.settings_schema;
  const settings = { ...kind?.default_settings, ...item.settings };
  return (
    <fieldset className={styles.card} data-testid={`augmentation-${place}`}>
      <legend className="visually-hidden">{title}</legend>
      <div className={styles.head}>
        <strong>{title}</strong>
        <IconButton
          icon={ArrowUp}
          label="Earlier"
          size="sm"
          disabledReason={place === 0 ? "It is the first." : undefined}
          onClick={() => onMove(-1)}
        />
        <IconButton
          icon={ArrowDown}
          label="Later"
          size="sm"
          disabledReason={place === count - 1 ? "It is the last." : undefined}
          onClick={() => onMove(1)}
        />
        <IconButton icon={X} label={`Remove ${title}`} size="sm" onClick={onRemove} />
      </div>
      <p className={inspector.faint}>
        {kind?.summary ?? `This Wiregrad does not know the augmentation “${item.kind}”.`}
      </p>
      {(columns.length > 1 || !columns.includes(item.column)) && (
        <Select
          label="Column"
          value={item.column}
          options={[...new Set([...columns, item.column])].map((name) => ({ value: name, label: name }))}
          {...(!columns.includes(item.column) && { error: "This data has no such column of pictures." })}
          onValueChange={(column) => onChange({ ...item, column }, "Choose column", null)}
        />
      )}
      {kind !== undefined &&
        schema !== undefined &&
        Object.entries(schema.properties ?? {}).map(([name, field]: [string, JsonSchema]) => (
          <SettingField
            key={name}
            name={`augmentation-${place}-${name}`}
            schema={field}
            root={schema}
            value={settings[name]}
            defaultValue={kind.default_settings[name]}
            range={describeRange(field, controlOf(field, schema), kind.default_settings, name)}
            onChange={(value) =>
              onChange(
                {
                  ...item,
                  settings: { ...item.settings, [name]: value as Augmentation["settings"][string] },
                },
                `Set ${(field.title ?? sentence(name)).toLowerCase()}`,
                `augmentation:${place}.${name}`,
              )
            }
            onDone={endGesture}
          />
        ))}
    </fieldset>
  );
}

function isPicture({ dtype, shape }: DatasetSummary["columns"][number]): boolean {
  const [channels = 0, height = 0, width = 0] = shape;
  return (
    dtype === "float32" && shape.length === 3 && [1, 3].includes(channels) && Math.min(height, width) > 1
  );
}

/** A new one goes to the end, but before one that mixes whole samples, which has to be the last. */
export function withAdded(
  list: readonly Augmentation[],
  added: Augmentation,
  kinds: readonly Pick<AugmentationKind, "kind" | "mixes">[],
): readonly Augmentation[] {
  const mixes = ({ kind }: Augmentation) => kinds.find((one) => one.kind === kind)?.mixes ?? false;
  const last = list.at(-1);
  const place = last !== undefined && mixes(last) && !mixes(added) ? list.length - 1 : list.length;
  return list.toSpliced(place, 0, added);
}

export function moved<Item>(list: readonly Item[], place: number, by: number): readonly Item[] {
  const item = list[place];
  return item === undefined ? list : list.toSpliced(place, 1).toSpliced(place + by, 0, item);
}
