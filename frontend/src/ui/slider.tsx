import { Slider as Base } from "@base-ui/react/slider";
import styles from "./slider.module.css";

export interface SliderProps {
  label: string;
  value: number;
  onValueChange: (value: number) => void;
  min: number;
  max: number;
  step: number;
  /** How the value reads: "80 percent". */
  text: string;
}

/** A value where the exact number matters less than what it does. */
export function Slider({ label, value, onValueChange, min, max, step, text }: SliderProps) {
  return (
    <Base.Root
      className={styles.root}
      value={value}
      onValueChange={(next: number) => onValueChange(next)}
      min={min}
      max={max}
      step={step}
    >
      <Base.Control className={styles.control}>
        <Base.Track className={styles.track}>
          <Base.Indicator className={styles.fill} />
          <Base.Thumb className={styles.thumb} aria-label={label} getAriaValueText={() => text} />
        </Base.Track>
      </Base.Control>
    </Base.Root>
  );
}
