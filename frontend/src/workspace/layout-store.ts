import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

/** How the room is arranged. Remembered by the browser; never part of a graph. */
export type PanelName = "library" | "inspector" | "dock" | "evaluate";
export type Mode = "data" | "build" | "train" | "evaluate";

export interface Panel {
  readonly open: boolean;
  readonly size: number;
}

export interface Layout {
  readonly panels: Readonly<Record<PanelName, Panel>>;
  readonly mode: Mode;
  readonly palette: boolean;
  readonly shortcuts: boolean;
  readonly connect: boolean;
  /** Whether a list of the nodes is shown in the place of the canvas. */
  readonly nodeList: boolean;
}

export const PANEL_LIMITS: Readonly<Record<PanelName, { readonly min: number; readonly max: number }>> = {
  library: { min: 160, max: 360 },
  inspector: { min: 240, max: 520 },
  dock: { min: 140, max: 720 },
  evaluate: { min: 320, max: 760 },
};

const KEY = "wiregrad/layout";
const MODE_KEY = "wiregrad/mode";
const REMEMBERED_MODES: readonly Mode[] = ["build", "train", "evaluate"];

const DEFAULT_PANELS: Layout["panels"] = {
  library: { open: true, size: 208 },
  inspector: { open: true, size: 300 },
  dock: { open: false, size: 280 },
  evaluate: { open: true, size: 440 },
};

export const layoutStore = createStore<Layout>()(() => ({
  panels: { ...DEFAULT_PANELS, ...remembered() },
  mode: rememberedMode(),
  palette: false,
  shortcuts: false,
  connect: false,
  nodeList: false,
}));

layoutStore.subscribe((layout, before) => {
  if (layout.panels === before.panels) return;
  try {
    localStorage.setItem(KEY, JSON.stringify(layout.panels));
  } catch {
    // A private window forgets; nothing else depends on it.
  }
});

// Only over a reload of this window: two windows may be at different work.
layoutStore.subscribe(({ mode }, before) => {
  if (mode === before.mode || !REMEMBERED_MODES.includes(mode)) return;
  try {
    sessionStorage.setItem(MODE_KEY, mode);
  } catch {
    // As above.
  }
});

function rememberedMode(): Mode {
  try {
    const kept = sessionStorage.getItem(MODE_KEY);
    return REMEMBERED_MODES.find((mode) => mode === kept) ?? "build";
  } catch {
    return "build";
  }
}

function remembered(): Partial<Layout["panels"]> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter(([name, panel]) => name in DEFAULT_PANELS && isPanel(panel)),
    );
  } catch {
    return {};
  }
}

function isPanel(value: unknown): value is Panel {
  if (typeof value !== "object" || value === null) return false;
  const { open, size } = value as Partial<Panel>;
  return typeof open === "boolean" && typeof size === "number" && Number.isFinite(size);
}

export function setPanel(name: PanelName, change: Partial<Panel>): void {
  const { panels, mode } = layoutStore.getState();
  layoutStore.setState({ panels: { ...panels, [name]: { ...panels[name], ...change } } });
  // Data has the room for itself: what asks for the dock leads back to where it is.
  if (name === "dock" && change.open === true && mode === "data") setMode("train");
}

export function togglePanel(name: PanelName): void {
  setPanel(name, { open: !layoutStore.getState().panels[name].open });
}

export function setMode(mode: Mode): void {
  layoutStore.setState({ mode });
  if (mode === "train") setPanel("dock", { open: true });
}

export function showPalette(palette: boolean): void {
  layoutStore.setState({ palette });
}

export function showShortcuts(shortcuts: boolean): void {
  layoutStore.setState({ shortcuts });
}

export function showConnect(connect: boolean): void {
  layoutStore.setState({ connect });
}

export function showNodeList(nodeList: boolean): void {
  layoutStore.setState({ nodeList });
}

export function useLayout<T>(pick: (layout: Layout) => T): T {
  return useStore(layoutStore, pick);
}
