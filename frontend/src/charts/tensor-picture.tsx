import { useEffect, useRef } from "react";
import styles from "./tensor-picture.module.css";

export interface PictureShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

interface TensorPictureProps {
  /** Channels first, row by row. */
  flat: readonly number[];
  shape: PictureShape;
  /** The numbers shown as black and as white. */
  range: { readonly min: number; readonly max: number };
  label: string;
}

/** Numbers as a picture: each one a sharp square, what is no number in the warning color. */
export function TensorPicture({ flat, shape, range, label }: TensorPictureProps) {
  const { channels, height, width } = shape;
  const { min, max } = range;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context == null) return;
    context.putImageData(pixelsOf(flat, { channels, height, width }, { min, max }), 0, 0);
  }, [flat, channels, height, width, min, max]);
  return (
    <canvas
      ref={canvas}
      className={styles.picture}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    />
  );
}

function pixelsOf(
  flat: readonly number[],
  { channels, height, width }: PictureShape,
  { min, max }: { min: number; max: number },
): ImageData {
  const pixels = new ImageData(width, height);
  const plane = width * height;
  const scale = max > min ? 255 / (max - min) : 255;
  const byte = (channel: number, at: number) => ((flat[channel * plane + at] ?? 0) - min) * scale;
  for (let at = 0; at < plane; at++) {
    const gray = channels === 1;
    const color = gray ? [byte(0, at), byte(0, at), byte(0, at)] : [byte(0, at), byte(1, at), byte(2, at)];
    const broken = color.some(Number.isNaN);
    pixels.data.set(broken ? [214, 40, 140, 255] : [...color, channels === 4 ? byte(3, at) : 255], at * 4);
  }
  return pixels;
}
