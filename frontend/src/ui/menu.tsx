import { Menu as Base } from "@base-ui/react/menu";
import { ChevronRight, type LucideIcon } from "lucide-react";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { classNames } from "./class-names";
import { Kbd } from "./kbd";
import styles from "./menu.module.css";
import popup from "./popup.module.css";

export interface MenuProps {
  /** The button that opens it. Leave it out for a menu that `open` and `anchor` place. */
  trigger?: ReactElement<Record<string, unknown>>;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  anchor?: ComponentProps<typeof Base.Positioner>["anchor"];
  side?: "top" | "right" | "bottom" | "left";
  align?: "start" | "center" | "end";
  label?: string;
  children: ReactNode;
}

export function Menu({ trigger, open, onOpenChange, anchor, side, align, label, children }: MenuProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange} modal={false}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Positioner
          className={popup.positioner}
          anchor={anchor}
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

export interface MenuItemProps {
  icon?: LucideIcon | undefined;
  shortcut?: string | undefined;
  /** A second, quieter line. */
  detail?: ReactNode;
  destructive?: boolean;
  disabled?: boolean | undefined;
  onSelect?: () => void;
  "data-testid"?: string;
  children: ReactNode;
}

export function MenuItem({
  icon: Icon,
  shortcut,
  detail,
  destructive,
  disabled,
  onSelect,
  children,
  ...rest
}: MenuItemProps) {
  return (
    <Base.Item
      {...rest}
      className={styles.item}
      disabled={disabled}
      data-destructive={destructive || undefined}
      onClick={onSelect}
    >
      <span className={styles.mark}>{Icon && <Icon aria-hidden size={15} />}</span>
      <span className={styles.text}>
        {children}
        {detail !== undefined && <span className={styles.detail}>{detail}</span>}
      </span>
      {shortcut !== undefined && <Kbd keys={shortcut} />}
    </Base.Item>
  );
}

export function MenuSeparator() {
  return <Base.Separator className={styles.separator} />;
}

/** A menu that opens beside its line. */
export function Submenu({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger className={styles.item} data-testid={`submenu-${label}`}>
        <span className={styles.mark} />
        <span className={styles.text}>{label}</span>
        <ChevronRight aria-hidden size={14} />
      </Base.SubmenuTrigger>
      <Base.Portal>
        <Base.Positioner className={popup.positioner} sideOffset={2} alignOffset={-5} collisionPadding={8}>
          <Base.Popup className={classNames(popup.popup, styles.popup)} aria-label={label}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.SubmenuRoot>
  );
}
