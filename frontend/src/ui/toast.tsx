import { Toast as Base } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Tone } from "./badge";
import { IconButton } from "./icon-button";
import styles from "./toast.module.css";

const manager = Base.createToastManager();
const ICONS = {
  neutral: Info,
  accent: Info,
  success: CircleCheck,
  warning: TriangleAlert,
  danger: CircleAlert,
};

export interface Notice {
  title: string;
  description?: string | undefined;
  tone?: Tone;
  action?: { label: string; onSelect: () => void };
}

/** Says something in the corner of the window, from anywhere. A failure stays until it is dismissed. */
export function notify({ title, description, tone = "neutral", action }: Notice): string {
  return manager.add({
    title,
    description,
    type: tone,
    timeout: tone === "danger" ? 0 : 6000,
    priority: tone === "danger" ? "high" : "low",
    ...(action && { actionProps: { children: action.label, onClick: action.onSelect } }),
  });
}

/** Around the app, once: where notices appear. */
export function ToastRegion({ children }: { children: ReactNode }) {
  return (
    <Base.Provider toastManager={manager} limit={4}>
      {children}
      <Base.Portal>
        <Base.Viewport className={styles.viewport}>
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function ToastList() {
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => {
    const Icon = ICONS[(toast.type as Tone | undefined) ?? "neutral"];
    return (
      <Base.Root key={toast.id} toast={toast} className={styles.toast} data-tone={toast.type}>
        <Icon aria-hidden size={16} className={styles.icon} />
        <div className={styles.text}>
          <Base.Title className={styles.title} />
          <Base.Description className={styles.description} />
          {toast.actionProps && <Base.Action className={styles.action} />}
        </div>
        <Base.Close render={<IconButton icon={X} label="Dismiss" size="sm" />} />
      </Base.Root>
    );
  });
}
