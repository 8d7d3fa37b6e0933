import { useId } from "react";
import { FRAME_COLORS } from "../graph/frames";
import type { Frame } from "../graph/types";
import styles from "./color-choice.module.css";

interface ColorChoiceProps {
  readonly value: Frame["color"];
  readonly onChoose: (color: Frame["color"]) => void;
}

/** The colors that a frame can have, side by side. */
export function ColorChoice({ value, onChoose }: ColorChoiceProps) {
  const name = useId();
  return (
    <fieldset className={styles.choice}>
      <legend>Color</legend>
      {FRAME_COLORS.map((color) => (
        <label key={color} title={color} data-color={color}>
          <input
            type="radio"
            name={name}
            aria-label={color}
            data-testid={`color-${color}`}
            checked={color === value}
            onChange={() => onChoose(color)}
          />
        </label>
      ))}
    </fieldset>
  );
}
