import { emptyDocument } from "./document";
import { FORMAT, type GraphDocument } from "./types";

/** A graph as a file: the same JSON that the server stores and the command line reads. */

export function documentToText(document: GraphDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

export function fileNameOf(document: GraphDocument): string {
  const name = document.name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return `${name || "graph"}.wiregrad.json`;
}

export type ReadFile =
  | { readonly ok: true; readonly document: GraphDocument }
  | { readonly ok: false; readonly message: string };

/** Read a file's text as far as the page has to know it; the server checks the rest when it is stored. */
export function documentFromText(text: string): ReadFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {
      ok: false,
      message: "This file is not JSON. Wiregrad graphs are .json files written by Save as file.",
    };
  }
  if (typeof value !== "object" || value === null || !("format" in value)) {
    return {
      ok: false,
      message: `This file has no "format". A Wiregrad graph starts with "format": "${FORMAT}".`,
    };
  }
  const { format, nodes, wires } = value as Partial<Record<keyof GraphDocument, unknown>>;
  if (typeof format !== "string" || !format.startsWith("wiregrad/graph@")) {
    return { ok: false, message: `Expected the format ${FORMAT}, got ${JSON.stringify(format)}.` };
  }
  if (!Array.isArray(nodes) || !(wires === undefined || Array.isArray(wires))) {
    return { ok: false, message: "This graph has no list of nodes; the file may be cut off." };
  }
  return { ok: true, document: { ...emptyDocument(), ...(value as Partial<GraphDocument>) } };
}
