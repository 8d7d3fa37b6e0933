import { BLOCK_PORTS } from "./blocks";
import { isShown } from "./describe";
import { type GraphNode, type Kind, REROUTE, type Settings } from "./types";

/** What can be left out of a graph for a while: a node (bypassed), or the training of its weights (frozen). */

/** The setting of kinds with weights that says whether Optimizers may change them. */
export const TRAINABLE = "trainable";

/** Corners of wires and the ports of blocks only pass values on anyway. */
export function canBypass({ kind }: Pick<GraphNode, "kind">): boolean {
  return kind !== REROUTE && !BLOCK_PORTS.has(kind);
}

/** Whether a kind has, with these settings, weights that can be kept as they are. */
export function canFreeze(kind: Kind | undefined, settings: Settings): boolean {
  const schema = kind?.settings_schema.properties?.[TRAINABLE];
  return (
    kind !== undefined && schema !== undefined && isShown(schema, { ...kind.default_settings, ...settings })
  );
}

export function isFrozen(kind: Kind | undefined, settings: Settings): boolean {
  const trainable = settings[TRAINABLE] ?? kind?.default_settings[TRAINABLE];
  return canFreeze(kind, settings) && trainable === false;
}

/** "bypassed", "frozen": in words, for whoever does not see it on the card. */
export function leftOut(kind: Kind | undefined, { bypassed, settings }: GraphNode): readonly string[] {
  return [...(bypassed ? ["bypassed"] : []), ...(isFrozen(kind, settings) ? ["frozen"] : [])];
}
