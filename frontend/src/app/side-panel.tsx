import {
  PanelBottomClose,
  PanelBottomOpen,
  PanelLeftClose,
  PanelLeftOpen,
  PanelRightClose,
  PanelRightOpen,
} from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { shortcutsOf } from "../commands/define-command";
import { command } from "../commands/registry";
import { IconButton } from "../ui/icon-button";
import { Splitter } from "../ui/splitter";
import { PANEL_LIMITS, type PanelName, setPanel, useLayout } from "../workspace/layout-store";
import styles from "./app.module.css";

interface SidePanelProps {
  readonly name: PanelName;
  readonly title: string;
  readonly side: "left" | "right" | "bottom";
  /** What is still worth seeing while it is folded. */
  readonly whenClosed?: ReactNode;
  readonly children: ReactNode;
}

const ICONS = {
  left: { close: PanelLeftClose, open: PanelLeftOpen },
  right: { close: PanelRightClose, open: PanelRightOpen },
  bottom: { close: PanelBottomClose, open: PanelBottomOpen },
};

/** An area at a side of the canvas: dragged to any size, folded to a strip, and found as it was left. */
export function SidePanel({ name, title, side, whenClosed, children }: SidePanelProps) {
  const { open, size } = useLayout((layout) => layout.panels[name]);
  const limits = PANEL_LIMITS[name];
  const room = useRoom(side);
  const max = Math.max(limits.min, Math.min(limits.max, room - 200));
  const fitting = Math.min(size, max);
  const toggle = (
    <IconButton
      icon={open ? ICONS[side].close : ICONS[side].open}
      label={open ? `Hide ${title}` : `Show ${title}`}
      shortcut={shortcutOf(name)}
      size="sm"
      tooltipSide={side === "left" ? "right" : side === "right" ? "left" : "top"}
      data-testid={`toggle-${name}`}
      onClick={() => setPanel(name, { open: !open })}
    />
  );
  if (!open) {
    return (
      <aside className={styles.strip} data-side={side} aria-label={title}>
        {toggle}
        <span className={styles.stripTitle}>{title}</span>
        {whenClosed}
      </aside>
    );
  }
  const splitter = (
    <Splitter
      label={title}
      orientation={side === "bottom" ? "horizontal" : "vertical"}
      size={fitting}
      min={limits.min}
      max={max}
      panel={side === "left" ? "before" : "after"}
      onResize={(next) => setPanel(name, { size: next })}
      onCollapse={() => setPanel(name, { open: false })}
    />
  );
  return (
    <>
      {side !== "left" && splitter}
      <aside
        className={styles.panel}
        data-side={side}
        aria-label={title}
        data-testid={`panel-${name}`}
        style={side === "bottom" ? { height: fitting } : { width: fitting }}
      >
        <div className={styles.panelHead}>
          <h2>{title}</h2>
          {toggle}
        </div>
        <div className={styles.panelBody}>{children}</div>
      </aside>
      {side === "left" && splitter}
    </>
  );
}

function shortcutOf(name: PanelName): string | undefined {
  return name === "evaluate" ? undefined : shortcutsOf(command(`view.${name}`))[0];
}

/** A panel that was made large in a large window leaves room in a small one. */
function useRoom(side: SidePanelProps["side"]): number {
  const measure = () => (side === "bottom" ? window.innerHeight - 48 : window.innerWidth - 240);
  const [room, setRoom] = useState(measure);
  useEffect(() => {
    const onResize = () => setRoom(measure());
    window.addEventListener("resize", onResize);
    return () => window.removeEventListener("resize", onResize);
  });
  return room;
}
