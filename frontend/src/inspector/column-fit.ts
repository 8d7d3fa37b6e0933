import { indexOf } from "../graph/document";
import type { DType, GraphDocument, GraphNode } from "../graph/types";
import type { ColumnInfo } from "../net/types";

/** Which columns an Input can read, as the server rules (backend: training/binding.py). */

/** By an Input's data type, the columns' types that it takes. */
const CASTS: Readonly<Record<string, readonly string[]>> = {
  float32: ["float32", "int64", "bool"],
  int64: ["int64", "bool"],
  bool: ["bool"],
};

const KINDS_OF_NUMBERS: Readonly<Record<string, string>> = {
  int64: "Whole numbers",
  bool: "True and false",
};

type Column = Pick<ColumnInfo, "dtype" | "shape" | "labels">;

export interface Wanted {
  readonly dtype: string;
  readonly shape: readonly number[];
}

export function wantedBy({ settings }: GraphNode): Wanted {
  const { dtype, shape } = { dtype: "float32", shape: [1], ...settings };
  return { dtype: String(dtype), shape: Array.isArray(shape) ? shape.map(Number) : [] };
}

export function fits(column: Column, wanted: Wanted): boolean {
  const isCast =
    sameSamples(column.shape, wanted.shape) && (CASTS[wanted.dtype] ?? []).includes(column.dtype);
  return isCast || isOneHot(column, wanted);
}

/** Class numbers, read as one number per class: 1 at its place, else 0. */
function isOneHot({ dtype, shape, labels }: Column, wanted: Wanted): boolean {
  const [classes = 0] = wanted.shape;
  const isVector = wanted.dtype === "float32" && wanted.shape.length === 1 && classes > 1;
  return (
    isVector && dtype === "int64" && shape.length === 0 && (labels === null || labels.length === classes)
  );
}

/** A single number may also be asked for as one in a row. */
function sameSamples(column: readonly number[], wanted: readonly number[]): boolean {
  const same = column.length === wanted.length && column.every((length, axis) => length === wanted[axis]);
  return same || (column.length + wanted.length === 1 && [...column, ...wanted][0] === 1);
}

/** "Whole numbers, read as float32.", or null where a column is read as it is. */
export function castNote(column: Column, wanted: Wanted): string | null {
  if (column.dtype === wanted.dtype) return null;
  if (isOneHot(column, wanted))
    return "Classes, read as one number each: 1 for the class of the sample, else 0.";
  return `${KINDS_OF_NUMBERS[column.dtype] ?? column.dtype}, read as ${wanted.dtype}.`;
}

/**
 * The data type and the shape with which an Input reads a column. Whole numbers of a table are amounts, which layers
 * take as float32 in a row, unless they have names or a cross-entropy takes them for class numbers.
 */
export function typeFor(
  column: Column,
  document: GraphDocument,
  node: string,
): { dtype: DType; shape: number[] } {
  const targets = (indexOf(document).outOf.get(node) ?? []).map(({ target }) => target);
  const isAmount = column.dtype === "int64" && column.shape.length === 0 && column.labels === null;
  if (isAmount && targets.length > 0 && !targets.some(({ node }) => wantsClasses(document, node))) {
    return { dtype: "float32", shape: [1] };
  }
  return { dtype: column.dtype, shape: [...column.shape] };
}

function wantsClasses(document: GraphDocument, id: string): boolean {
  return indexOf(document).nodes.get(id)?.settings["loss"] === "cross_entropy";
}
