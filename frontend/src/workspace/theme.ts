import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

/** Light, dark, or as the system has it. */
export type Theme = "system" | "light" | "dark";

const KEY = "wiregrad/theme";

export const themeStore = createStore<{ readonly theme: Theme }>()(() => ({ theme: remembered() }));

function remembered(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

export function setTheme(theme: Theme): void {
  themeStore.setState({ theme });
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It holds until the page is closed.
  }
  applyTheme();
}

export function applyTheme(): void {
  const { theme } = themeStore.getState();
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export function isDark(): boolean {
  const { theme } = themeStore.getState();
  return theme === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
}

/** To the other one than what is seen now. */
export function toggleTheme(): void {
  setTheme(isDark() ? "light" : "dark");
}

export function useTheme(): Theme {
  return useStore(themeStore, (state) => state.theme);
}
