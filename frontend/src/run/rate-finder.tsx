import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { ApiError, messageOf } from "../api/error";
import { RateChart, type RateMark } from "../charts/rate-chart";
import { graphStore, useGraph } from "../graph/graph-store";
import type { GraphDocument } from "../graph/types";
import { rateSearchQuery } from "../net/queries";
import type { RateCurve } from "../net/types";
import { formatCount, formatValue } from "../telemetry/format";
import { Banner } from "../ui/banner";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Select } from "../ui/select";
import { Spinner } from "../ui/spinner";
import { notify } from "../ui/toast";
import { type NamedOptimizer, optimizersOf, setLearningRate } from "./optimizer-nodes";
import styles from "./rate-finder.module.css";

/** The graph whose learning rate is looked for, as it was drawn when that began; null while nobody asks. */
const asked = createStore<{ readonly graph: GraphDocument | null }>()(() => ({ graph: null }));

export function openRateFinder(): void {
  asked.setState({ graph: graphStore.getState().whole });
}

/** Tries learning rates from very small to very large, and sets the one that is chosen. Mounted once. */
export function RateFinder() {
  const graph = useStore(asked, (state) => state.graph);
  const close = () => asked.setState({ graph: null });
  return (
    <Dialog
      open={graph !== null}
      onOpenChange={(open) => !open && close()}
      title="Find a learning rate"
      size="lg"
      description="A few steps are made from fresh weights, each with a larger learning rate than the one before. Where the loss falls fastest is a good rate. No run is made and no weights are kept."
    >
      {graph !== null && <Search graph={graph} onDone={close} />}
    </Dialog>
  );
}

function Search({ graph, onDone }: { graph: GraphDocument; onDone: () => void }) {
  const losses = useGraph(({ wholeReport }) => wholeReport?.losses) ?? [];
  const optimizers = optimizersOf(graph, losses);
  const [chosen, choose] = useState("");
  const name = optimizers.some((optimizer) => optimizer.name === chosen) ? chosen : "";
  const { data, error, isFetching, refetch } = useQuery(rateSearchQuery(graph, name));
  const optimizer = optimizers.find((candidate) => candidate.name === data?.optimizer);
  return (
    <div className={styles.search} data-testid="rate-finder">
      {optimizers.length > 1 && (
        <Select
          label="Optimizer"
          data-testid="rate-finder-optimizer"
          value={name || (optimizers[0]?.name ?? "")}
          options={optimizers.map((candidate) => ({ value: candidate.name, label: candidate.name }))}
          onValueChange={choose}
        />
      )}
      {isFetching ? (
        <div className={styles.waiting}>
          <Spinner>Trying learning rates, for half a minute at most</Spinner>
        </div>
      ) : error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        data !== undefined && <Found curve={data} optimizer={optimizer} onDone={onDone} />
      )}
    </div>
  );
}

function Failure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const problems = error instanceof ApiError ? error.problems : [];
  return (
    <Banner
      tone="danger"
      title="No learning rate could be tried"
      data-testid="rate-finder-failure"
      actions={
        <Button size="sm" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {problems.length === 0
        ? messageOf(error)
        : problems.map(({ code, node, message, remedy }) => (
            <p key={`${code} ${node} ${message}`}>
              {message} {remedy}
            </p>
          ))}
    </Banner>
  );
}

interface FoundProps {
  readonly curve: RateCurve;
  readonly optimizer: NamedOptimizer | undefined;
  readonly onDone: () => void;
}

function Found({ curve, optimizer, onDone }: FoundProps) {
  const { rates, losses, smoothed, suggestion, steepest, careful, reason } = curve;
  const marks = marksOf(curve);
  const others = [steepest, careful].filter((rate) => rate !== null && rounded(rate) !== rounded(suggestion));
  const isTop = optimizer !== undefined;
  const use = (rate: number) => {
    if (optimizer === undefined) return;
    setLearningRate(optimizer, rate);
    onDone();
    notify({
      tone: "success",
      title: `The learning rate of ${optimizer.name} is ${formatValue(rate)} now`,
      description: "It holds from the next training. Undo takes it back.",
    });
  };
  return (
    <>
      <RateChart raw={pointsOf(rates, losses)} smoothed={pointsOf(rates, smoothed)} marks={marks} />
      <p className={styles.words}>
        Horizontally the learning rate, vertically the loss after it, pale as it was and bold with the noise
        smoothed away. {formatCount(rates.length)} steps were made. {reason}
      </p>
      {suggestion === null ? (
        <Banner tone="warning" title="The loss never fell" data-testid="rate-finder-nothing">
          No rate can be suggested. Look for another reason: targets that do not fit the loss, or inputs of
          very large numbers.
        </Banner>
      ) : (
        <div className={styles.actions}>
          {!isTop && (
            <span className={styles.words}>Set it in the Optimizer, which is inside of a block.</span>
          )}
          {isTop &&
            others.map((rate) => (
              <Button
                key={rate}
                onClick={() => use(rounded(rate))}
              >{`Use ${formatValue(rounded(rate))}`}</Button>
            ))}
          {isTop && (
            <Button variant="primary" data-testid="rate-finder-use" onClick={() => use(rounded(suggestion))}>
              {`Use ${formatValue(rounded(suggestion))}`}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function marksOf({ steepest, careful, suggestion }: RateCurve): RateMark[] {
  const named = [
    { rate: steepest, text: "falls fastest at" },
    { rate: careful, text: "a tenth of the lowest point:" },
  ];
  return named.flatMap(({ rate, text }) =>
    rate === null ? [] : [{ rate, text, isChosen: rate === suggestion }],
  );
}

function pointsOf(rates: readonly number[], losses: readonly (number | null)[]) {
  return rates.map((rate, place) => ({ rate, loss: losses[place] ?? null }));
}

/** More than two digits would pretend that the search is exact. */
function rounded(rate: number | null): number {
  return Number((rate ?? 0).toPrecision(2));
}
