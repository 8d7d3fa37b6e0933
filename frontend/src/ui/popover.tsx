import { Popover as Base } from "@base-ui/react/popover";
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names";
import styles from "./popover.module.css";
import popup from "./popup.module.css";

export interface PopoverProps {
  /** The button that opens it. */
  trigger: ReactElement<Record<string, unknown>>;
  label: string;
  onOpenChange?: (open: boolean) => void;
  side?: "top" | "right" | "bottom" | "left";
  align?: "start" | "center" | "end";
  children: ReactNode;
}

/** A small page over the rest: for lists whose rows hold more than one thing to press, which a menu's may not. */
export function Popover({ trigger, label, onOpenChange, side, align, children }: PopoverProps) {
  return (
    <Base.Root {...(onOpenChange && { onOpenChange })}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner
          className={popup.positioner}
          side={side ?? "bottom"}
          align={align ?? "start"}
          sideOffset={4}
          collisionPadding={8}
        >
          <Base.Popup className={classNames(popup.popup, styles.popup)} aria-label={label}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
