import type { EventOf } from "../net/types";
import { formatValue } from "./format";

type Scale = EventOf<"started">["normalization"][number];

/** More groups than this are counted instead of listed. */
const LISTED = 4;

/** "height is standardized: mean 1.7, standard deviation 0.1." */
export function describeScale({ column, method, offset, size }: Scale): string {
  const what = method === "standardize" ? "standardized" : "mapped to 0..1";
  if (offset.length > LISTED) return `${column} is ${what}, each of its ${offset.length} numbers by itself.`;
  const [first, second] = method === "standardize" ? ["mean", "standard deviation"] : ["smallest", "range"];
  return `${column} is ${what}: ${first} ${listed(offset)}, ${second} ${listed(size)}.`;
}

function listed(values: readonly number[]): string {
  return values.map((value) => formatValue(value)).join(", ");
}
