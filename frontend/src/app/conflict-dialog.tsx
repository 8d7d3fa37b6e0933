import { useState } from "react";
import { useSaveState } from "../graph/autosave";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { keepMineAsCopy, loadTheirs } from "../workspace/graph-session";

/** Two people, or two windows, changed the same graph: nothing is overwritten until somebody decides. */
export function ConflictDialog() {
  const save = useSaveState();
  const [dismissed, setDismissed] = useState<number | null>(null);
  if (save.state !== "conflict") return null;
  return (
    <Dialog
      open={dismissed !== save.revision}
      onOpenChange={(open) => !open && setDismissed(save.revision)}
      title="This graph was also changed elsewhere"
      description="Another window or person saved it after you opened it. Nothing of yours is lost: it is kept in this browser. Choose which version to go on with."
      size="sm"
      footer={
        <>
          <Button onClick={() => void loadTheirs()} data-testid="conflict-theirs">
            Load the saved version
          </Button>
          <Button variant="primary" onClick={() => void keepMineAsCopy()} data-testid="conflict-copy">
            Keep mine as a copy
          </Button>
        </>
      }
    />
  );
}
