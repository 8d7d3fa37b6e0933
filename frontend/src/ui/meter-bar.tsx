import { Meter as Base } from "@base-ui/react/meter";
import styles from "./meter-bar.module.css";

export interface MeterBarProps {
  label: string;
  /** From 0 to 1. */
  value: number;
  /** How the value reads: "75 %". */
  text: string;
  /** The one to look at. */
  emphasized?: boolean;
  "data-testid"?: string;
}

/** A share of a whole: a probability, a part of the memory. */
export function MeterBar({ label, value, text, emphasized, ...rest }: MeterBarProps) {
  return (
    <Base.Root
      {...rest}
      className={styles.root}
      // In thousandths: "5e-7" is not something to read out.
      value={Math.round(Math.min(1, Math.max(0, value)) * 1000) / 10}
      getAriaValueText={() => text}
      data-emphasized={emphasized || undefined}
    >
      <Base.Label className={styles.label}>{label}</Base.Label>
      <Base.Track className={styles.track}>
        <Base.Indicator className={styles.fill} />
      </Base.Track>
      <span className={styles.value}>{text}</span>
    </Base.Root>
  );
}
