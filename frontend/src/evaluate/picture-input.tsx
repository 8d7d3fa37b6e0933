import { ImageUp } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { Button } from "../ui/button";
import { notify } from "../ui/toast";
import styles from "./picture-input.module.css";
import { sentPicture } from "./sent-picture";

interface PictureInputProps {
  /** What becomes of a picture of another size, if that is known. */
  rule: string | null;
  onPicture: (address: string) => void;
  "data-testid"?: string;
  children: ReactNode;
}

/** Takes a picture by drop, by paste or by choosing a file. */
export function PictureInput({ rule, onPicture, children, ...rest }: PictureInputProps) {
  const [over, setOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const take = async (picked: File | undefined) => {
    if (picked === undefined) return;
    try {
      onPicture(await sentPicture(picked));
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
      {rule !== null && <span className={styles.hint}>{rule}</span>}
    </div>
  );
}
