import {
  FORMAT,
  type Frame,
  type GraphDocument,
  type GraphNode,
  type Note,
  portId,
  type Wire,
  wireId,
} from "./types";

export function emptyDocument(name = "Untitled"): GraphDocument {
  return {
    format: FORMAT,
    name,
    description: "",
    nodes: [],
    wires: [],
    notes: [],
    frames: [],
    blocks: [],
    training: {
      dataset: null,
      split: { method: "random", column: "", train: 0.7, validation: 0.15, test: 0.15, seed: 0 },
      normalization: [],
      augmentation: [],
      batch_size: 64,
      epochs: 10,
      steps: null,
      shuffle: true,
      seed: 0,
      dtype: "float32",
      backend: "auto",
      precision: "full",
      monitor: "",
      keep: "last",
      early_stopping: null,
    },
  };
}

/** A document's parts by name. Made once per document, since documents never change. */
export interface DocumentIndex {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly notes: ReadonlyMap<string, Note>;
  readonly frames: ReadonlyMap<string, Frame>;
  readonly wires: ReadonlyMap<string, Wire>;
  /** Wires that end at a node, and wires that start there. */
  readonly into: ReadonlyMap<string, readonly Wire[]>;
  readonly outOf: ReadonlyMap<string, readonly Wire[]>;
  /** Output ports ("node.port") that at least one wire leaves. */
  readonly usedOutputs: ReadonlySet<string>;
}

const indexes = new WeakMap<GraphDocument, DocumentIndex>();

export function indexOf(document: GraphDocument): DocumentIndex {
  const known = indexes.get(document);
  if (known !== undefined) return known;
  const index: DocumentIndex = {
    nodes: new Map(document.nodes.map((node) => [node.id, node])),
    notes: new Map(document.notes.map((note) => [note.id, note])),
    frames: new Map(document.frames.map((frame) => [frame.id, frame])),
    wires: new Map(document.wires.map((wire) => [wireId(wire), wire])),
    into: Map.groupBy(document.wires, (wire) => wire.target.node),
    outOf: Map.groupBy(document.wires, (wire) => wire.source.node),
    usedOutputs: new Set(document.wires.map((wire) => portId(wire.source))),
  };
  indexes.set(document, index);
  return index;
}

/** Whether there is a way along wires from one node to another. */
export function reaches(document: GraphDocument, from: string, to: string): boolean {
  const { outOf } = indexOf(document);
  const seen = new Set<string>();
  const waiting = [from];
  while (waiting.length > 0) {
    const node = waiting.pop() as string;
    if (node === to) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    for (const wire of outOf.get(node) ?? []) waiting.push(wire.target.node);
  }
  return false;
}

/** How a node is called on the page: its label, or its kind's title. */
export function nodeTitle(node: GraphNode, kindTitle?: string): string {
  return node.label || kindTitle || node.kind;
}

/** Where only places on the canvas, names of the document or notes differ, a report stays true. */
export function sameMeaning(a: GraphDocument, b: GraphDocument): boolean {
  if (a === b) return true;
  return a.training === b.training && sameParts(a, b) && sameBlocks(a.blocks, b.blocks);
}

function sameBlocks(a: GraphDocument["blocks"], b: GraphDocument["blocks"]): boolean {
  if (a === b) return true;
  return (
    a.length === b.length &&
    a.every((block, place) => {
      const other = b[place];
      return other?.id === block.id && other.name === block.name && sameParts(block, other);
    })
  );
}

type Parts = Pick<GraphDocument, "nodes" | "wires">;

function sameParts(a: Parts, b: Parts): boolean {
  if (a.wires !== b.wires || a.nodes.length !== b.nodes.length) return false;
  if (a.nodes === b.nodes) return true;
  return a.nodes.every((node, place) => {
    const other = b.nodes[place];
    return (
      node === other ||
      (node.id === other?.id &&
        node.kind === other.kind &&
        node.label === other.label &&
        node.bypassed === other.bypassed &&
        node.settings === other.settings)
    );
  });
}
