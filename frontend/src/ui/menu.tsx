import { ContextMenu as BaseContext } from "@base-ui/react/context-menu";
import { Menu as Base } from "@base-ui/react/menu";
import { Check, ChevronRight, type LucideIcon } from "lucide-react";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { Kbd } from "./kbd";
import styles from "./menu.module.css";

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
          className={styles.positioner}
          anchor={anchor}
          side={side ?? "bottom"}
          align={align ?? "start"}
          sideOffset={4}
          collisionPadding={8}
        >
          <Base.Popup className={styles.popup} aria-label={label}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Opens on right click, Shift+F10 or a long press on its child. */
export function ContextMenu({
  trigger,
  children,
}: {
  trigger: ReactElement<Record<string, unknown>>;
  children: ReactNode;
}) {
  return (
    <BaseContext.Root>
      <BaseContext.Trigger render={trigger} />
      <BaseContext.Portal>
        <BaseContext.Positioner className={styles.positioner} collisionPadding={8}>
          <BaseContext.Popup className={styles.popup}>{children}</BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
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

export interface MenuCheckboxItemProps extends Omit<MenuItemProps, "icon" | "onSelect" | "destructive"> {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
}

export function MenuCheckboxItem({
  checked,
  onCheckedChange,
  shortcut,
  detail,
  disabled,
  children,
  ...rest
}: MenuCheckboxItemProps) {
  return (
    <Base.CheckboxItem
      {...rest}
      className={styles.item}
      checked={checked}
      onCheckedChange={onCheckedChange}
      disabled={disabled}
      closeOnClick={false}
    >
      <span className={styles.mark}>
        <Base.CheckboxItemIndicator>
          <Check aria-hidden size={15} />
        </Base.CheckboxItemIndicator>
      </span>
      <span className={styles.text}>
        {children}
        {detail !== undefined && <span className={styles.detail}>{detail}</span>}
      </span>
      {shortcut !== undefined && <Kbd keys={shortcut} />}
    </Base.CheckboxItem>
  );
}

export function Submenu({
  icon: Icon,
  label,
  children,
}: {
  icon?: LucideIcon;
  label: string;
  children: ReactNode;
}) {
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger className={styles.item}>
        <span className={styles.mark}>{Icon && <Icon aria-hidden size={15} />}</span>
        <span className={styles.text}>{label}</span>
        <ChevronRight aria-hidden size={14} />
      </Base.SubmenuTrigger>
      <Base.Portal>
        <Base.Positioner className={styles.positioner} sideOffset={2} alignOffset={-4} collisionPadding={8}>
          <Base.Popup className={styles.popup}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.SubmenuRoot>
  );
}

export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className={styles.heading}>{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

export function MenuSeparator() {
  return <Base.Separator className={styles.separator} />;
}
