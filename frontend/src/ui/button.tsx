import type { LucideIcon } from "lucide-react";
import type { ComponentProps, MouseEvent } from "react";
import styles from "./button.module.css";
import { classNames } from "./class-names";
import { Tooltip } from "./tooltip";

export type ButtonVariant = "primary" | "secondary" | "quiet" | "danger";
export type ControlSize = "sm" | "md" | "lg";

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: ButtonVariant;
  size?: ControlSize;
  icon?: LucideIcon;
  /** Why it cannot be pressed now: it stays reachable by keyboard, looks disabled and says this in a tooltip. */
  disabledReason?: string | undefined;
}

export function Button({
  variant = "secondary",
  size = "md",
  icon: Icon,
  disabledReason,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const refuses = disabledReason !== undefined;
  const button = (
    <button
      type="button"
      {...rest}
      className={classNames(styles.button, className)}
      data-variant={variant}
      data-size={size}
      aria-disabled={refuses || rest["aria-disabled"]}
      onClick={refuses ? (event: MouseEvent) => event.preventDefault() : onClick}
    >
      {Icon && <Icon aria-hidden className={styles.icon} strokeWidth={2} />}
      {children !== undefined && children !== null && <span className={styles.label}>{children}</span>}
    </button>
  );
  return refuses ? <Tooltip content={disabledReason}>{button}</Tooltip> : button;
}
