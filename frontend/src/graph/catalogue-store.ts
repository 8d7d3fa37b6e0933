import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { answerOf, client } from "../api/client";
import { messageOf } from "../api/error";
import type { Kind } from "./types";

/** Every node kind that the server knows, by name. It does not change while the page is open. */
export interface CatalogueState {
  readonly state: "loading" | "ready" | "failed";
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly failure: string | null;
}

export const catalogueStore = createStore<CatalogueState>()(() => ({
  state: "loading",
  kinds: new Map(),
  failure: null,
}));

export async function loadCatalogue(): Promise<void> {
  if (catalogueStore.getState().state === "ready") return;
  catalogueStore.setState({ state: "loading", failure: null });
  try {
    const { kinds } = await answerOf(client.GET("/api/catalogue"));
    setCatalogue(kinds as readonly Kind[]);
  } catch (error) {
    catalogueStore.setState({ state: "failed", failure: messageOf(error) });
  }
}

export function setCatalogue(kinds: readonly Kind[]): void {
  catalogueStore.setState({ state: "ready", kinds: new Map(kinds.map((kind) => [kind.kind, kind])) });
}

export function kindOf(name: string): Kind | undefined {
  return catalogueStore.getState().kinds.get(name);
}

export function useCatalogue(): CatalogueState {
  return useStore(catalogueStore);
}

export function useKind(name: string): Kind | undefined {
  return useStore(catalogueStore, (state) => state.kinds.get(name));
}

/** The order in which the work is done; what the server adds later comes after. */
const CATEGORY_ORDER = [
  "Sources",
  "Layers",
  "Arithmetic",
  "Losses and metrics",
  "Ends",
  "Reductions",
  "Shape",
  "Logic",
  "Structure",
];

export function byCategory(kinds: Iterable<Kind>): readonly (readonly [string, readonly Kind[]])[] {
  const groups = Map.groupBy(kinds, (kind) => kind.category);
  const place = (category: string) => {
    const at = CATEGORY_ORDER.indexOf(category);
    return at < 0 ? CATEGORY_ORDER.length : at;
  };
  return [...groups].toSorted(([a], [b]) => place(a) - place(b) || a.localeCompare(b));
}

/** The custom property that holds a category's color: "Losses and metrics" has --category-losses-and-metrics. */
export function categoryColor(category: string | undefined): string {
  if (category === undefined) return "var(--color-border-strong)";
  return `var(--category-${category.toLowerCase().replaceAll(" ", "-")}, var(--color-border-strong))`;
}
