import { ChartSpline } from "lucide-react";
import { formatValue } from "../telemetry/format";
import { Button } from "../ui/button";
import { NumberField } from "../ui/number-field";
import { Tooltip } from "../ui/tooltip";
import styles from "./optimizer-panel.module.css";
import { openRateFinder } from "./rate-finder";
import { isLive } from "./run-state";
import { changeLearningRate } from "./steering";
import { useFact, useFacts, useRunState } from "./use-run";

/** Each Optimizer's loss now, large. */
export function OptimizerPanel() {
  const optimizers = useFact((facts) => facts.optimizers);
  return (
    <div className={styles.list}>
      {optimizers?.map((name) => (
        <Optimizer key={name} name={name} alone={optimizers.length === 1} />
      ))}
    </div>
  );
}

function Optimizer({ name, alone }: { name: string; alone: boolean }) {
  const facts = useFacts();
  if (facts === null) return null;
  const loss = facts.losses[name];
  return (
    <section className={styles.optimizer} aria-label={name}>
      <span className={styles.name}>{alone ? "Loss" : name}</span>
      <span
        className={styles.loss}
        data-testid={`loss-value-${name}`}
        data-diverged={loss === null || undefined}
      >
        {loss === undefined ? "–" : formatValue(loss, 5)}
      </span>
    </section>
  );
}

/** Each Optimizer's learning rate, which can be changed while it trains. */
export function LearningRates() {
  const optimizers = useFact((facts) => facts.optimizers);
  return (
    <div className={styles.rates}>
      {optimizers?.map((name) => (
        <LearningRate
          key={name}
          name={name}
          label={optimizers.length === 1 ? "Learning rate" : `Learning rate of ${name}`}
        />
      ))}
      <Button size="sm" icon={ChartSpline} data-testid="find-rate-button" onClick={openRateFinder}>
        Find a learning rate
      </Button>
    </div>
  );
}

function LearningRate({ name, label }: { name: string; label: string }) {
  const rate = useFact((facts) => facts.learningRates[name] ?? null);
  const live = isLive(useRunState());
  const words = live
    ? "Type another and press Enter: it holds from the next step."
    : "It can be changed while it trains.";
  return (
    <Tooltip content={words} side="left">
      <div>
        <NumberField
          label={label}
          size="sm"
          data-testid={`learning-rate-${name}`}
          value={rate === null ? null : Number(rate.toPrecision(6))}
          min={0}
          disabled={!live}
          onValueChange={(value) => void changeLearningRate(name, value)}
        />
      </div>
    </Tooltip>
  );
}
