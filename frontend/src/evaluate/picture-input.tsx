import { ImageUp } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { Button } from "../ui/button";
import { notify } from "../ui/toast";
import styles from "./picture-input.module.css";

interface PictureInputProps {
  onPicture: (address: string) => void;
  "data-testid"?: string;
  children: ReactNode;
}

/** Takes a picture by drop, by paste or by choosing a file. */
export function PictureInput({ onPicture, children, ...rest }: PictureInputProps) {
  const [over, setOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const take = async (picked: File | undefined) => {
    if (picked === undefined) return;
    try {
      onPicture(await smallPicture(picked));
    } catch {
      notify({
        tone: "danger",
        title: `${picked.name || "This file"} is not a picture that the browser can read`,
        description: "PNG and JPEG work everywhere.",
      });
    }
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the button does the same.
    <div
      {...rest}
      className={styles.root}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      onPaste={(event) => void take(event.clipboardData.files[0])}
    >
      {children}
      <div className={styles.choose}>
        <Button size="sm" icon={ImageUp} onClick={() => file.current?.click()}>
          Choose a picture
        </Button>
        <span className={styles.hint}>or drop one here</span>
        <input
          ref={file}
          type="file"
          accept="image/*"
          hidden
          data-testid="picture-file"
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </div>
    </div>
  );
}

const LARGEST_SIDE = 256;

/** A photograph is scaled down before it is sent: no Input needs millions of pixels. */
async function smallPicture(file: File): Promise<string> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser has no 2D canvas.");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.toDataURL("image/png");
}
