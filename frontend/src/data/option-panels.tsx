import type { ReactNode } from "react";
import type { ImportOptions } from "../net/types";
import { NumberField } from "../ui/number-field";
import { Select } from "../ui/select";
import { TextField } from "../ui/text-field";
import { MISSING_WORDS, type MissingRule, RESIZE_WORDS, type Resize } from "./import-options";
import styles from "./upload-area.module.css";

const AS_FOUND = "as found";
const SIDES = [8, 16, 28, 32, 64, 128];
const WINDOW = 64;

interface OptionPanelsProps {
  options: ImportOptions;
  onOptions: (options: ImportOptions) => void;
}

/** What a person may say about an import, by the kind of file. */
export function OptionPanels(props: OptionPanelsProps) {
  return (
    <div className={styles.panels}>
      <Panel title="Tables">
        <TableOptions {...props} />
      </Panel>
      <Panel title="Pictures">
        <PictureOptions {...props} />
      </Panel>
      <Panel title="Texts">
        <TextOptions {...props} />
      </Panel>
    </div>
  );
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className={styles.options} name="import-options" data-testid={`options-${title.toLowerCase()}`}>
      <summary>{title}</summary>
      <div className={styles.fields}>{children}</div>
    </details>
  );
}

/** The options without some of them: those are then as the server has them. */
function without(options: ImportOptions, ...names: readonly (keyof ImportOptions)[]): ImportOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => !(names as readonly string[]).includes(name)),
  );
}

function choices<Value extends string>(words: Readonly<Record<Value, readonly [string, string]>>) {
  return (Object.keys(words) as Value[]).map((value) => ({
    value,
    label: words[value][0],
    detail: words[value][1],
  }));
}

function TableOptions({ options, onOptions }: OptionPanelsProps) {
  const dayFirst = options.day_first ?? null;
  return (
    <>
      <Select<MissingRule>
        label="Missing cells"
        size="sm"
        value={options.missing ?? "refuse"}
        options={choices(MISSING_WORDS)}
        onValueChange={(missing) => onOptions({ ...options, missing })}
        data-testid="option-missing"
      />
      {options.missing === "constant" && (
        <TextField
          label="Value"
          size="sm"
          value={options.constant ?? "0"}
          onValueChange={(constant) => onOptions({ ...options, constant })}
        />
      )}
      <Select
        label="Decimal sign"
        size="sm"
        value={options.decimal ?? "."}
        options={[
          { value: ".", label: "Point", detail: "3.14" },
          { value: ",", label: "Comma", detail: "3,14 and 1.000,5" },
        ]}
        onValueChange={(decimal) => onOptions({ ...options, decimal })}
      />
      <Select
        label="Dates like 3/4/2026"
        size="sm"
        value={dayFirst === null ? "classes" : dayFirst ? "day" : "month"}
        options={[
          { value: "classes", label: "Are classes", detail: "Dates like 2026-03-04 are always read" },
          { value: "day", label: "Day first" },
          { value: "month", label: "Month first" },
        ]}
        onValueChange={(order) =>
          onOptions(
            order === "classes" ? without(options, "day_first") : { ...options, day_first: order === "day" },
          )
        }
      />
      <Select
        label="Letters"
        size="sm"
        value={options.encoding ?? "found"}
        options={[
          { value: "found", label: "Found out", detail: "UTF-8, or UTF-16 if it is marked" },
          { value: "utf-8", label: "UTF-8" },
          { value: "utf-16", label: "UTF-16" },
          { value: "windows-1252", label: "Windows-1252", detail: "Older files of Western Europe" },
        ]}
        onValueChange={(encoding) =>
          onOptions(encoding === "found" ? without(options, "encoding") : { ...options, encoding })
        }
      />
    </>
  );
}

function PictureOptions({ options, onOptions }: OptionPanelsProps) {
  const side = options.size?.[0];
  return (
    <>
      <Select
        label="Scaled to"
        size="sm"
        value={side === undefined ? AS_FOUND : String(side)}
        options={[
          { value: AS_FOUND, label: "As found", detail: "The first one's size, at most 128 pixels" },
          ...SIDES.map((pixels) => ({ value: String(pixels), label: `${pixels} × ${pixels}` })),
        ]}
        onValueChange={(value) =>
          onOptions(
            value === AS_FOUND
              ? without(options, "size")
              : { ...options, size: [Number(value), Number(value)] },
          )
        }
      />
      <Select<Resize>
        label="Of other shapes"
        size="sm"
        value={options.resize ?? "crop"}
        options={choices(RESIZE_WORDS)}
        onValueChange={(resize) => onOptions({ ...options, resize })}
      />
      <Select
        label="Channels"
        size="sm"
        value={options.color ?? "color"}
        options={[
          { value: "color", label: "Color", detail: "Red, green, blue" },
          { value: "grey", label: "Grey", detail: "One channel" },
        ]}
        onValueChange={(color) => onOptions({ ...options, color })}
      />
    </>
  );
}

function TextOptions({ options, onOptions }: OptionPanelsProps) {
  const length = options.text_length ?? WINDOW;
  return (
    <>
      <NumberField
        label="Window"
        description="characters"
        size="sm"
        integer
        min={1}
        max={4096}
        value={length}
        onValueChange={(text_length) => onOptions({ ...options, text_length })}
      />
      <NumberField
        label="Stride"
        description="to the next window"
        size="sm"
        integer
        min={1}
        value={options.text_stride ?? length}
        onValueChange={(text_stride) => onOptions({ ...options, text_stride })}
      />
    </>
  );
}
