import type { LucideIcon } from "lucide-react";
import { Button, type ButtonProps } from "./button";
import { Tooltip, type TooltipSide } from "./tooltip";

export interface IconButtonProps extends Omit<ButtonProps, "children" | "icon"> {
  icon: LucideIcon;
  /** What it does: its accessible name and its tooltip. */
  label: string;
  shortcut?: string | undefined;
  tooltipSide?: TooltipSide;
  /** For a toggle: whether it is on. */
  pressed?: boolean | undefined;
}

export function IconButton({
  label,
  shortcut,
  tooltipSide = "bottom",
  pressed,
  variant = "quiet",
  disabledReason,
  ...rest
}: IconButtonProps) {
  const content = disabledReason === undefined ? label : `${label}: ${disabledReason}`;
  return (
    <Tooltip content={content} shortcut={shortcut} side={tooltipSide}>
      <Button
        {...rest}
        variant={variant}
        aria-label={label}
        aria-pressed={pressed}
        aria-disabled={disabledReason !== undefined}
        onClick={disabledReason === undefined ? rest.onClick : undefined}
        data-square
      />
    </Tooltip>
  );
}
