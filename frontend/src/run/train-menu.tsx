import { ChartSpline, ChevronDown, ListPlus, Play, Sprout } from "lucide-react";
import { useGraph } from "../graph/graph-store";
import { useRuns } from "../net/queries";
import type { RunRecord } from "../net/types";
import { formatCount } from "../telemetry/format";
import { IconButton } from "../ui/icon-button";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu";
import { openRateFinder } from "./rate-finder";
import { runNumber } from "./run-number";
import { canGoOn, isLive } from "./run-state";
import { goOn, queue, train } from "./steering";
import { useFact, useHasWeights, useRunSession, useRunState } from "./use-run";

/** Beside Train: the other ways to begin a training. */
export function TrainMenu({ disabledReason }: { disabledReason: string | undefined }) {
  const run = useRunSession((session) => session.run);
  const { data: runs = [] } = useRuns(useGraph(({ graphId }) => graphId));
  const live = isLive(useRunState());
  const hasWeights = useHasWeights();
  const number = runNumber(runs, run);
  return (
    <Menu
      label="Other ways to train"
      align="start"
      trigger={
        <IconButton
          icon={ChevronDown}
          label="Other ways to train"
          data-testid="train-menu"
          disabledReason={disabledReason}
        />
      }
    >
      <ContinueItem run={run} number={number} />
      {live && (
        <MenuItem
          icon={ListPlus}
          data-testid="queue-run"
          detail="It trains the graph as it is drawn now, when its turn comes."
          onSelect={() => void queue()}
        >
          Queue another run
        </MenuItem>
      )}
      <MenuItem
        icon={Sprout}
        data-testid="warm-start"
        disabled={run === null || !hasWeights}
        detail={
          run !== null && hasWeights
            ? "What fits by node, name and shape is taken; everything else starts anew."
            : "No run with weights is shown."
        }
        onSelect={() => void (live ? queue(run) : train(run))}
      >
        {live ? "Queue one that starts" : "Start"} from the weights of{" "}
        {number === null ? "a run" : `run ${number}`}
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        icon={ChartSpline}
        data-testid="find-rate"
        detail="Tries rates from very small to very large."
        onSelect={openRateFinder}
      >
        Find a learning rate
      </MenuItem>
    </Menu>
  );
}

function ContinueItem({ run, number }: { run: RunRecord | null; number: number | null }) {
  const state = useRunState();
  const savedStep = useFact((facts) => facts.savedStep);
  if (run === null || savedStep === null || !canGoOn(state)) return null;
  return (
    <MenuItem icon={Play} onSelect={() => void goOn(run)}>
      Continue run {number} from step {formatCount(savedStep)}
    </MenuItem>
  );
}
