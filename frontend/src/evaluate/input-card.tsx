import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { TensorPicture } from "../charts/tensor-picture";
import { datasetQuery } from "../net/queries";
import { DrawPad } from "./draw-pad";
import styles from "./input-card.module.css";
import type { InputValue } from "./input-value";
import { NumbersInput } from "./numbers-input";
import { PictureInput } from "./picture-input";
import type { RunInput } from "./run-inputs";
import { pictureShape, showShape } from "./tensor";

interface InputCardProps {
  input: RunInput;
  dataset: string | null;
  value: InputValue;
  /** It is that of a sample of the dataset, untouched. */
  isSample: boolean;
  /** What becomes of pictures of other sizes; null while the server has not told. */
  resize: string | null;
  onValue: (value: InputValue) => void;
}

const LARGEST_DRAWING = 64;

/** The control that suits an Input: a pad to draw on, a picture to drop, or numbers. */
export function InputCard(props: InputCardProps) {
  const { input, value, onValue } = props;
  const picture = input.dtype === "float32" ? pictureShape(input.shape) : null;
  return (
    <section className={styles.card} aria-label={input.title}>
      <header className={styles.head}>
        <h3 className={styles.name}>{input.title}</h3>
        <span className={styles.type}>
          {input.dtype} {showShape(input.shape)}
        </span>
      </header>
      {picture === null ? (
        <NumbersInput input={input} value={value} onValue={onValue} />
      ) : (
        <PictureControls {...props} />
      )}
    </section>
  );
}

function PictureControls(props: InputCardProps): ReactNode {
  const { input, dataset, value, isSample, resize, onValue } = props;
  const shape = pictureShape(input.shape);
  const { data } = useQuery({ ...datasetQuery(dataset ?? ""), enabled: dataset !== null });
  const statistics = data?.statistics[input.column];
  // Of the column in the data it was trained on: how bright ink is.
  const range = { min: statistics?.min ?? 0, max: statistics?.max ?? 1 };
  if (shape === null) return null;
  const { channels, height, width } = shape;
  const numbers = value.kind === "numbers" ? value.flat : null;
  const drawable = channels === 1 && height <= LARGEST_DRAWING && width <= LARGEST_DRAWING;
  return (
    <PictureInput
      data-testid={`evaluate-input-${input.name}`}
      rule={resize === null ? null : `Brought to ${height} × ${width}. ${resize}`}
      onPicture={(address) => onValue({ kind: "picture", address })}
    >
      {value.kind === "picture" && (
        <img className={styles.picture} src={value.address} alt="What was given" />
      )}
      {numbers !== null && drawable && (
        <DrawPad
          width={width}
          height={height}
          flat={numbers}
          strongest={range.max}
          isSample={isSample}
          onChange={(flat) => onValue({ kind: "numbers", flat })}
        />
      )}
      {numbers !== null && !drawable && (
        <TensorPicture flat={numbers} shape={shape} range={range} label="What was given" />
      )}
    </PictureInput>
  );
}
