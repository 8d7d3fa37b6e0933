import type { Problem } from "../graph/types";
import type { ImportOptions } from "../net/types";

export type ColumnType = NonNullable<ImportOptions["columns"]>[string];
export type MissingRule = NonNullable<ImportOptions["missing"]>;
export type Resize = NonNullable<ImportOptions["resize"]>;

/** Files that the server would not take, how they were to be read, and what it said. */
export interface Refused {
  readonly files: readonly File[];
  readonly options: ImportOptions;
  readonly error: unknown;
}

export const COLUMN_TYPE_WORDS: Readonly<Record<ColumnType, string>> = {
  number: "Numbers",
  integer: "Whole numbers",
  boolean: "Yes or no",
  category: "Classes",
  date: "Dates, as days",
  date_parts: "Dates, as parts",
  skip: "Leave it out",
};

export const MISSING_WORDS: Readonly<Record<MissingRule, readonly [string, string]>> = {
  refuse: ["Refuse the file", "And say where the first one is"],
  drop: ["Drop the row", "Rows with all cells are kept"],
  mean: ["Fill in the mean", "Of the column; classes get the most frequent one"],
  median: ["Fill in the median", "Of the column; classes get the most frequent one"],
  most_frequent: ["Fill in the most frequent", "Value of the column"],
  constant: ["Fill in a value", "The same for all columns"],
};

export const RESIZE_WORDS: Readonly<Record<Resize, readonly [string, string]>> = {
  crop: ["Crop", "Cover the size, cut about the middle"],
  fit: ["Fit", "All of the picture, padded with black"],
  stretch: ["Stretch", "All of the picture, distorted"],
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

/** Whether a refusal is about a cell that is not there, so that a rule for such cells would help. */
export function isAboutMissing(message: string): boolean {
  return /cell is (empty|missing)|got '(nan|na|n\/a|null|none|\?)'/i.test(message);
}
