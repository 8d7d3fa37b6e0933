import { Select } from "../ui/select";
import type { ImportOptions } from "./import-options";
import styles from "./upload-area.module.css";

const AS_FOUND = "as found";
const SIDES = [8, 16, 28, 32, 64, 128];

interface PictureOptionsProps {
  options: ImportOptions;
  onOptions: (options: ImportOptions) => void;
}

/** What pictures are turned into when a zip of them is imported. */
export function PictureOptions({ options, onOptions }: PictureOptionsProps) {
  const side = options.size?.[0];
  const setSide = (value: string) => {
    const { size: _, ...others } = options;
    onOptions(value === AS_FOUND ? others : { ...others, size: [Number(value), Number(value)] });
  };
  return (
    <details className={styles.options}>
      <summary>Options for pictures</summary>
      <div className={styles.fields}>
        <Select
          label="Scaled to"
          size="sm"
          value={side === undefined ? AS_FOUND : String(side)}
          options={[
            { value: AS_FOUND, label: "As found", detail: "The first one's size, at most 128 pixels" },
            ...SIDES.map((pixels) => ({ value: String(pixels), label: `${pixels} × ${pixels}` })),
          ]}
          onValueChange={setSide}
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
      </div>
    </details>
  );
}
