import { Tabs as Base } from "@base-ui/react/tabs";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./tabs.module.css";

export interface Tab<Value extends string> {
  value: Value;
  label: string;
  icon?: LucideIcon;
  /** A count or a mark after the label. */
  badge?: ReactNode;
  content?: ReactNode;
}

export interface TabsProps<Value extends string> {
  label: string;
  value: Value;
  onValueChange: (value: Value) => void;
  tabs: readonly Tab<Value>[];
  /** Shown at the end of the row of tabs. */
  actions?: ReactNode;
  className?: string | undefined;
}

/** A row of tabs above the content of the chosen one, which fills what is left. */
export function Tabs<Value extends string>({
  label,
  value,
  onValueChange,
  tabs,
  actions,
  className,
}: TabsProps<Value>) {
  const hasContent = tabs.some((tab) => tab.content !== undefined);
  return (
    <Base.Root
      className={`${styles.root} ${className ?? ""}`}
      value={value}
      onValueChange={(next) => onValueChange(next as Value)}
    >
      <div className={styles.bar}>
        <Base.List className={styles.list} aria-label={label}>
          {tabs.map(({ value: id, label: text, icon: Icon, badge }) => (
            <Base.Tab key={id} value={id} className={styles.tab} data-testid={`tab-${id}`}>
              {Icon && <Icon aria-hidden size={15} />}
              {text}
              {badge}
            </Base.Tab>
          ))}
          <Base.Indicator className={styles.indicator} />
        </Base.List>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {hasContent &&
        tabs.map(({ value: id, content }) => (
          <Base.Panel key={id} value={id} className={styles.panel}>
            {content}
          </Base.Panel>
        ))}
    </Base.Root>
  );
}
