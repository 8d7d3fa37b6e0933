import type { GraphDocument } from "./types";

/**
 * A readable id that nothing in the document has: "linear", "linear_2", ... Files, parameter names and problems
 * show it, so it is not random.
 */
export function freshId(wanted: string, taken: ReadonlySet<string>): string {
  const base = baseOf(wanted);
  if (!taken.has(base)) return base;
  for (let number = 2; ; number += 1) {
    const id = `${base}_${number}`;
    if (!taken.has(id)) return id;
  }
}

export function takenIds(document: Pick<GraphDocument, "nodes" | "notes" | "frames">): Set<string> {
  return new Set([...document.nodes, ...document.notes, ...document.frames].map((part) => part.id));
}

/** "Conv2D" and "conv2d_7" give "conv2d". */
function baseOf(wanted: string): string {
  const words = wanted.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  const withoutNumber = words.replace(/_\d+$/, "");
  return (withoutNumber || "node").toLowerCase().slice(0, 100);
}
