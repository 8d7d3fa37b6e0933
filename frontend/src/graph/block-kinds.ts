import { portNames } from "./blocks";
import { kindOf } from "./catalogue-store";
import { graphStore } from "./graph-store";
import { definitionOf } from "./scope";
import type { BlockDefinition, Kind } from "./types";

/** The blocks of the open document as kinds beside those of the catalogue, so that they are added in the same ways. */

const BLOCK = "Block";
const MARK = `${BLOCK}:`;

export function blockKinds(blocks: readonly BlockDefinition[]): readonly Kind[] {
  const block = kindOf(BLOCK);
  return block === undefined ? [] : blocks.map((definition) => asKind(block, definition));
}

function asKind(block: Kind, { id, name, description, ...parts }: BlockDefinition): Kind {
  const { inputs, outputs } = portNames(parts);
  const port = (name: string) => ({ name, description: "", optional: false });
  return {
    ...block,
    title: name || id,
    summary: description || "A block of this graph.",
    default_settings: { ...block.default_settings, block: id },
    inputs: inputs.map(port),
    outputs: outputs.map(port),
  };
}

/** What a dragged or listed item is called: the kind, and which block it is a use of. */
export function itemOf(kind: Kind): string {
  const block = definitionOf({ settings: kind.default_settings });
  return block === null ? kind.kind : `${MARK}${block}`;
}

export function kindOfItem(item: string): Kind | undefined {
  if (!item.startsWith(MARK)) return kindOf(item);
  return blockKinds(graphStore.getState().whole.blocks).find((kind) => itemOf(kind) === item);
}

/** The settings of a kind that are the id of a block. */
export function needsDefinition(kind: Kind): boolean {
  return kind.settings_schema.properties?.["block"]?.["x-control"] === "block";
}
