import type { GraphDocument } from "./types";

/** Unsaved work, kept by the browser until the server has it. */
export interface Recovery {
  readonly document: GraphDocument;
  /** The revision on the server that it grew from. */
  readonly revision: number;
  readonly keptAt: string;
}

type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem">;

const keyOf = (graphId: string) => `wiregrad/unsaved/${graphId}`;

/** False when the browser would not take it (private window, storage full). */
export function keepRecovery(graphId: string, recovery: Recovery, storage: Storage = localStorage): boolean {
  try {
    storage.setItem(keyOf(graphId), JSON.stringify(recovery));
    return true;
  } catch {
    return false;
  }
}

export function readRecovery(graphId: string, storage: Storage = localStorage): Recovery | null {
  try {
    const value: unknown = JSON.parse(storage.getItem(keyOf(graphId)) ?? "null");
    return isRecovery(value) ? value : null;
  } catch {
    return null;
  }
}

export function dropRecovery(graphId: string, storage: Storage = localStorage): void {
  try {
    storage.removeItem(keyOf(graphId));
  } catch {
    // Nothing was kept either.
  }
}

function isRecovery(value: unknown): value is Recovery {
  if (typeof value !== "object" || value === null) return false;
  const { document, revision } = value as Partial<Recovery>;
  return typeof revision === "number" && typeof document === "object" && Array.isArray(document?.nodes);
}
