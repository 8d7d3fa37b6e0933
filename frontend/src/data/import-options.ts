import type { Problem } from "../graph/types";

/** What a person may say about an import (backend: data/importing/options.py). Anything left out is found out. */
export interface ImportOptions {
  /** Height and width that pictures are scaled to. */
  readonly size?: readonly [number, number];
  readonly color?: "color" | "grey";
  readonly columns?: Readonly<Record<string, ColumnType>>;
}

export const COLUMN_TYPES = ["number", "integer", "boolean", "category", "skip"] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export const COLUMN_TYPE_WORDS: Readonly<Record<ColumnType, string>> = {
  number: "Numbers",
  integer: "Whole numbers",
  boolean: "Yes or no",
  category: "Classes",
  skip: "Leave it out",
};

/** The column that a refusal is about, if it is about one: reading it as something else may help. */
export function refusedColumn(message: string, problems: readonly Problem[]): string | null {
  const texts = [message, ...problems.map((problem) => problem.message)];
  for (const text of texts) {
    const name = /column (['"])(.+?)\1/i.exec(text)?.[2];
    if (name !== undefined) return name;
  }
  return null;
}
