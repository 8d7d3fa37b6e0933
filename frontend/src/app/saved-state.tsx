import { Check, CloudOff, LoaderCircle, type LucideIcon, TriangleAlert } from "lucide-react";
import { type SaveState, useSaveState } from "../graph/autosave";
import { Tooltip } from "../ui/tooltip";
import { saveNow } from "../workspace/graph-session";
import styles from "./app.module.css";

interface Words {
  readonly icon: LucideIcon;
  readonly text: string;
  readonly more: string;
}

function wordsFor(save: SaveState): Words {
  switch (save.state) {
    case "saved":
      return { icon: Check, text: "Saved", more: "Every change is on the server." };
    case "saving":
      return { icon: LoaderCircle, text: "Saving", more: "The last change is on its way." };
    case "offline":
      return {
        icon: CloudOff,
        text: "Offline, kept locally",
        more: "The server does not answer. Your work is kept in this browser and sent as soon as it does. Press to try now.",
      };
    case "conflict":
      return {
        icon: TriangleAlert,
        text: "Conflict",
        more: "The graph was saved elsewhere since you opened it.",
      };
    case "refused":
      return { icon: TriangleAlert, text: "Not saved", more: save.message };
  }
}

/** Whether the work is safe, always in sight. */
export function SavedState() {
  const save = useSaveState();
  const { icon: Icon, text, more } = wordsFor(save);
  return (
    <Tooltip content={more}>
      <button
        type="button"
        className={styles.saved}
        data-state={save.state}
        data-testid="saved-state"
        onClick={() => void saveNow()}
      >
        <Icon aria-hidden size={13} />
        <span role="status">{text}</span>
      </button>
    </Tooltip>
  );
}
