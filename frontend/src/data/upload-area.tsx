import { Upload as UploadIcon } from "lucide-react";
import { useRef, useState } from "react";
import { isAbort } from "../api/error";
import { refreshDatasets } from "../net/queries";
import type { DatasetSummary, ImportOptions } from "../net/types";
import { type Upload, uploadDataset } from "../net/upload";
import { Button } from "../ui/button";
import { ProgressBar } from "../ui/progress-bar";
import { notify } from "../ui/toast";
import type { Refused } from "./import-options";
import { OptionPanels } from "./option-panels";
import { RefusedImport } from "./refused-import";
import styles from "./upload-area.module.css";

interface Sending {
  readonly name: string;
  readonly share: number;
  readonly upload: Upload;
}

/** Drop files here and they become a dataset, or it is said exactly why not. */
export function UploadArea({ onUploaded }: { onUploaded: (dataset: DatasetSummary) => void }) {
  const [sending, setSending] = useState<Sending | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [options, setOptions] = useState<ImportOptions>({});
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  const send = async (files: readonly File[], chosen: ImportOptions) => {
    setRefused(null);
    const upload = uploadDataset(files, chosen, (share) => setSending((old) => old && { ...old, share }));
    setSending({ name: files.map(({ name }) => name).join(", "), share: 0, upload });
    try {
      const dataset = await upload.result;
      await refreshDatasets();
      notify({
        tone: "success",
        title: `${dataset.name} is ready`,
        description: `${dataset.size} samples were read.`,
      });
      onUploaded(dataset);
    } catch (error) {
      if (!isAbort(error)) setRefused({ files, options: chosen, error });
    } finally {
      setSending(null);
    }
  };
  const take = (files: FileList | null) => {
    if (files !== null && files.length > 0 && sending === null) void send([...files], options);
  };

  return (
    <section className={styles.section} aria-label="Import data">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the button does the same. */}
      <div
        className={styles.area}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files);
        }}
      >
        {sending === null ? (
          <>
            <Button variant="primary" icon={UploadIcon} onClick={() => input.current?.click()}>
              Import data
            </Button>
            <p className={styles.hint}>
              or drop files: a table (CSV, Parquet), arrays (NPZ, NPY), a text, a zip with one folder of
              pictures for each class, or the IDX files of MNIST together
            </p>
            <OptionPanels options={options} onOptions={setOptions} />
          </>
        ) : (
          <SendingView sending={sending} />
        )}
        <input
          ref={input}
          type="file"
          multiple
          hidden
          data-testid="upload-input"
          onChange={(event) => {
            take(event.target.files);
            event.target.value = "";
          }}
        />
      </div>
      {refused !== null && (
        <RefusedImport
          refused={refused}
          onDismiss={() => setRefused(null)}
          onRetry={(changed) => void send(refused.files, changed)}
        />
      )}
    </section>
  );
}

function SendingView({ sending: { name, share, upload } }: { sending: Sending }) {
  const sent = share >= 1;
  return (
    <div className={styles.sending} role="status">
      <p className={styles.file}>{name}</p>
      <ProgressBar label={`Upload of ${name}`} value={sent ? null : share} />
      <p className={styles.hint}>{sent ? "Reading the file" : `Sending, ${Math.round(share * 100)} %`}</p>
      <Button size="sm" onClick={upload.cancel}>
        Cancel
      </Button>
    </div>
  );
}
