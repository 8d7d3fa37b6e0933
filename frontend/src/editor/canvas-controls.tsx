import { useStore as useFlow } from "@xyflow/react";
import { List, Map as MapIcon, Maximize, Minus, Plus } from "lucide-react";
import { runCommand } from "../commands/registry";
import type { CanvasHandle } from "../editing/canvas-handle";
import { IconButton } from "../ui/icon-button";
import styles from "./canvas.module.css";

/** Zoom and overview, in the lower left corner of the canvas. */
export function CanvasControls({ handle, hasMinimap }: { handle: CanvasHandle; hasMinimap: boolean }) {
  const zoom = useFlow((state) => Math.round(state.transform[2] * 100));
  return (
    <div className={styles.controls} role="toolbar" aria-label="View">
      <IconButton
        icon={Minus}
        label="Zoom out"
        shortcut="Mod+-"
        size="sm"
        tooltipSide="top"
        onClick={() => handle.zoomBy(1 / 1.25)}
      />
      <button type="button" className={styles.zoom} onClick={() => handle.zoomTo(1)} title="Zoom to 100 %">
        {zoom} %
      </button>
      <IconButton
        icon={Plus}
        label="Zoom in"
        shortcut="Mod++"
        size="sm"
        tooltipSide="top"
        onClick={() => handle.zoomBy(1.25)}
      />
      <IconButton
        icon={Maximize}
        label="Fit the graph"
        shortcut="."
        size="sm"
        tooltipSide="top"
        data-testid="fit-view"
        onClick={() => handle.fitView()}
      />
      <IconButton
        icon={List}
        label="Show as a list"
        shortcut="Alt+L"
        size="sm"
        tooltipSide="top"
        data-testid="show-node-list"
        onClick={() => runCommand("view.node-list")}
      />
      <IconButton
        icon={MapIcon}
        label={hasMinimap ? "Hide overview" : "Show overview"}
        shortcut="Alt+M"
        size="sm"
        tooltipSide="top"
        pressed={hasMinimap}
        onClick={handle.toggleMinimap}
      />
    </div>
  );
}
