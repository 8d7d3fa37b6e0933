import { useState } from "react";
import { ApiError, messageOf } from "../api/error";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import { Select } from "../ui/select";
import {
  COLUMN_TYPE_WORDS,
  COLUMN_TYPES,
  type ColumnType,
  type ImportOptions,
  refusedColumn,
} from "./import-options";
import type { Refused } from "./upload-area";
import styles from "./upload-area.module.css";

interface RefusedImportProps {
  refused: Refused;
  onDismiss: () => void;
  onRetry: (options: ImportOptions) => void;
}

/** Why a file was refused, and if a column is to blame, reading that column as something else. */
export function RefusedImport({ refused, onDismiss, onRetry }: RefusedImportProps) {
  const { file, options, error } = refused;
  const problems = error instanceof ApiError ? error.problems : [];
  const message = messageOf(error);
  const column = refusedColumn(message, problems);
  return (
    <Banner
      tone="danger"
      title={`${file.name} was not imported`}
      onDismiss={onDismiss}
      data-testid="upload-error"
    >
      <p>{message}</p>
      {problems
        .filter((problem) => !message.toLowerCase().includes(problem.message.toLowerCase()))
        .map((problem) => (
          <p key={problem.message}>
            {problem.message} {problem.remedy}
          </p>
        ))}
      {column !== null && (
        <OtherType
          column={column}
          onRetry={(type) => onRetry({ ...options, columns: { ...options.columns, [column]: type } })}
        />
      )}
    </Banner>
  );
}

function OtherType({ column, onRetry }: { column: string; onRetry: (type: ColumnType) => void }) {
  const [type, setType] = useState<ColumnType>("category");
  return (
    <div className={styles.retry}>
      <Select
        label={`Read column ‘${column}’ as`}
        size="sm"
        value={type}
        options={COLUMN_TYPES.map((value) => ({ value, label: COLUMN_TYPE_WORDS[value] }))}
        onValueChange={setType}
      />
      <Button size="sm" onClick={() => onRetry(type)}>
        Import again
      </Button>
    </div>
  );
}
