import { useStore } from "zustand";
import { persist } from "zustand/middleware";
import { createStore } from "zustand/vanilla";

interface ChartSettings {
  readonly logarithmic: boolean;
  /** The share of the past in the smoothed loss: 0 shows the raw values. */
  readonly smoothing: number;
}

/** How a person likes the curves: remembered by the browser. */
export const chartSettings = createStore<ChartSettings>()(
  persist((): ChartSettings => ({ logarithmic: false, smoothing: 0 }), { name: "wiregrad.charts" }),
);

export function useChartSettings(): ChartSettings {
  return useStore(chartSettings);
}
