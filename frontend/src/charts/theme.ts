/** Colors for canvases, which cannot read custom properties themselves. */

let probe: HTMLElement | null = null;

/** The color that a custom property stands for now: "--series-1" becomes "rgb(37, 82, 217)". */
export function readColor(property: string): string {
  if (probe === null) {
    probe = document.createElement("span");
    probe.hidden = true;
    document.documentElement.append(probe);
  }
  probe.style.color = `var(${property})`;
  return getComputedStyle(probe).color;
}

export function readFont(sizeInPixels: number): string {
  const family = getComputedStyle(document.body).fontFamily;
  return `${sizeInPixels}px ${family}`;
}

/** Calls back when light turns dark or back; returns what ends it. */
export function onThemeChange(listener: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = new MutationObserver(listener);
  system.addEventListener("change", listener);
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => {
    system.removeEventListener("change", listener);
    chosen.disconnect();
  };
}
