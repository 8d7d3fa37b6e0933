import { useState } from "react";
import { ApiError, messageOf } from "../api/error";
import type { ImportOptions } from "../net/types";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import { Select } from "../ui/select";
import {
  COLUMN_TYPE_WORDS,
  type ColumnType,
  isAboutMissing,
  MISSING_WORDS,
  type MissingRule,
  type Refused,
  refusedColumn,
} from "./import-options";
import styles from "./upload-area.module.css";

interface RefusedImportProps {
  refused: Refused;
  onDismiss: () => void;
  onRetry: (options: ImportOptions) => void;
}

/** Why a file was refused, and if a column is to blame, reading that column as something else. */
export function RefusedImport({ refused, onDismiss, onRetry }: RefusedImportProps) {
  const { files, options, error } = refused;
  const problems = error instanceof ApiError ? error.problems : [];
  const message = messageOf(error);
  const column = refusedColumn(message, problems);
  return (
    <Banner
      tone="danger"
      title={`${files.map(({ name }) => name).join(", ")} was not imported`}
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
      {isAboutMissing(message) && <RuleForMissing onRetry={(missing) => onRetry({ ...options, missing })} />}
      {column !== null && (
        <OtherType
          column={column}
          onRetry={(type) => onRetry({ ...options, columns: { ...options.columns, [column]: type } })}
        />
      )}
    </Banner>
  );
}

const RULES = (Object.keys(MISSING_WORDS) as MissingRule[]).filter(
  (rule) => rule !== "refuse" && rule !== "constant",
);

function RuleForMissing({ onRetry }: { onRetry: (rule: MissingRule) => void }) {
  const [rule, setRule] = useState<MissingRule>("drop");
  return (
    <div className={styles.retry}>
      <Select
        label="What to do with missing cells"
        size="sm"
        value={rule}
        options={RULES.map((value) => ({ value, label: MISSING_WORDS[value][0] }))}
        onValueChange={setRule}
        data-testid="retry-missing"
      />
      <Button size="sm" onClick={() => onRetry(rule)}>
        Import again
      </Button>
    </div>
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
        options={(Object.keys(COLUMN_TYPE_WORDS) as ColumnType[]).map((value) => ({
          value,
          label: COLUMN_TYPE_WORDS[value],
        }))}
        onValueChange={setType}
      />
      <Button size="sm" onClick={() => onRetry(type)}>
        Import again
      </Button>
    </div>
  );
}
