import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Tone } from "./badge";
import styles from "./banner.module.css";
import { IconButton } from "./icon-button";

const ICONS = {
  neutral: Info,
  accent: Info,
  success: CircleCheck,
  warning: TriangleAlert,
  danger: CircleAlert,
};

export interface BannerProps {
  tone?: Tone;
  title?: ReactNode;
  /** What happened and what to do about it. */
  children?: ReactNode;
  actions?: ReactNode;
  onDismiss?: () => void;
  "data-testid"?: string;
}

export function Banner({ tone = "neutral", title, children, actions, onDismiss, ...rest }: BannerProps) {
  const Icon = ICONS[tone];
  return (
    <div {...rest} className={styles.banner} data-tone={tone} role={tone === "danger" ? "alert" : "status"}>
      <Icon aria-hidden size={16} className={styles.icon} />
      <div className={styles.text}>
        {title !== undefined && <p className={styles.title}>{title}</p>}
        {children !== undefined && <div className={styles.body}>{children}</div>}
      </div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      {onDismiss && <IconButton icon={X} label="Dismiss" size="sm" onClick={onDismiss} />}
    </div>
  );
}
