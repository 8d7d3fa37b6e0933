import { Crosshair, Eye, EyeOff } from "lucide-react";
import { useMemo } from "react";
import { HistogramBars } from "../charts/histogram-bars";
import { HistogramMap } from "../charts/histogram-map";
import { LineChart } from "../charts/line-chart";
import { type PictureShape, TensorPicture } from "../charts/tensor-picture";
import { watchSource } from "../charts/watch-curves";
import { namesAlong } from "../editing/labels";
import { revealPath } from "../editing/scoping";
import { useGraph } from "../graph/graph-store";
import { formatCount, formatShare, formatValue } from "../telemetry/format";
import type { RunTelemetry } from "../telemetry/run-telemetry";
import type { Watched, WatchSeries } from "../telemetry/watch-series";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { IconButton } from "../ui/icon-button";
import { canProbe, probeSelection, useProbeTargets } from "./probing";
import { probe } from "./steering";
import { useFact, useRunSession, useRunState } from "./use-run";
import { groupWatched, type ProbedPort } from "./watch-groups";
import styles from "./watch-view.module.css";

/** What Watch nodes show, and the values and gradients of nodes that are looked into. */
export function WatchView() {
  const telemetry = useRunSession((session) => session.telemetry);
  return telemetry === null ? null : <Watching telemetry={telemetry} />;
}

function Watching({ telemetry }: { telemetry: RunTelemetry }) {
  // Drawn again with each look, not with each step.
  const watchedAt = useFact((facts) => facts.watchedAt);
  const watched = useFact((facts) => facts.watched);
  const probed = useRunSession((session) => session.probed);
  const { watches, probes } = groupWatched(telemetry);
  return (
    <div className={styles.page} data-testid="watch-view" data-step={watchedAt}>
      <Toolbar />
      {watched === "" ? (
        <EmptyState icon={Eye} title={probed.length > 0 ? "Looking" : "Nothing is watched yet"}>
          {probed.length > 0
            ? "The figures come with one of the next steps. A run that is held shows them when it goes on."
            : "Select nodes and press Look inside to see their values and gradients while they train. What Watch nodes of the graph show appears here too."}
        </EmptyState>
      ) : (
        <div className={styles.cards}>
          {watches.map((series) => (
            <WatchCard key={series.latest.name} telemetry={telemetry} series={series} />
          ))}
          {[...probes].map(([node, ports]) => (
            <ProbeCard key={node} node={node} ports={ports} isLooking={probed.includes(node)} />
          ))}
        </div>
      )}
    </div>
  );
}

function Toolbar() {
  const probed = useRunSession((session) => session.probed);
  const targets = useProbeTargets();
  const live = canProbe(useRunState());
  const reason = live ? (targets.length === 0 ? "No nodes are selected." : undefined) : "The run has ended.";
  return (
    <div className={styles.toolbar}>
      <Button
        size="sm"
        icon={Eye}
        data-testid="probe-selection"
        disabledReason={reason}
        onClick={() => void probeSelection()}
      >
        Look inside {targets.length > 1 ? `${targets.length} nodes` : "the selected node"}
      </Button>
      {live && probed.length > 0 && (
        <Button
          size="sm"
          variant="quiet"
          icon={EyeOff}
          data-testid="probe-none"
          onClick={() => void probe([])}
        >
          Stop looking
        </Button>
      )}
    </div>
  );
}

function WatchCard({ telemetry, series }: { telemetry: RunTelemetry; series: WatchSeries }) {
  const source = useMemo(() => watchSource(telemetry, series), [telemetry, series]);
  const { latest, latestStep, histograms } = series;
  const { name, node, shown_as: shown, picture } = latest;
  return (
    <section className={styles.card} aria-label={name} data-testid={`watch-${name}`} data-shown={shown}>
      {shown === "number" ? (
        <div className={styles.chart}>
          <LineChart title={name} source={source} unit="step" />
        </div>
      ) : (
        <CardHead title={name} node={node} step={latestStep} />
      )}
      {shown === "histogram" && histograms.length > 0 && (
        <HistogramMap histograms={histograms} label={`How ${name} is distributed`} />
      )}
      {shown === "picture" && picture !== null && <Picture picture={picture} watched={latest} />}
      {shown !== "number" && <Figures watched={latest} />}
    </section>
  );
}

function CardHead({ title, node, step }: { title: string; node: string; step: number }) {
  return (
    <header className={styles.head}>
      <h3 className={styles.title}>{title}</h3>
      <span className={styles.faint}>step {formatCount(step)}</span>
      <IconButton
        icon={Crosshair}
        size="sm"
        label={`Show ${title} on the canvas`}
        onClick={() => revealPath(node)}
      />
    </header>
  );
}

function Picture({ picture, watched }: { picture: NonNullable<Watched["picture"]>; watched: Watched }) {
  const shape: PictureShape = {
    channels: picture.length,
    height: picture[0]?.length ?? 1,
    width: picture[0]?.[0]?.length ?? 1,
  };
  const flat = picture.flat(2).map((pixel) => pixel ?? Number.NaN);
  const good = flat.filter(Number.isFinite);
  const range = { min: Math.min(...good), max: Math.max(...good) };
  return (
    <div className={styles.picture}>
      <TensorPicture flat={flat} shape={shape} range={range} label={`${watched.name} of the first sample`} />
    </div>
  );
}

interface ProbeCardProps {
  readonly node: string;
  readonly ports: readonly ProbedPort[];
  readonly isLooking: boolean;
}

function ProbeCard({ node, ports, isLooking }: ProbeCardProps) {
  const whole = useGraph((state) => state.whole);
  const step = Math.max(...ports.map(({ value, gradient }) => (value ?? gradient)?.latestStep ?? 0));
  return (
    <section
      className={styles.card}
      data-testid={`probe-${node}`}
      data-past={!isLooking || undefined}
      aria-label={namesAlong(whole, node).join(" › ")}
    >
      <CardHead title={namesAlong(whole, node).join(" › ")} node={node} step={step} />
      <div className={styles.ports}>
        {ports.flatMap(({ port, value, gradient }) =>
          [value, gradient].map(
            (series) =>
              series !== undefined && (
                <Look key={`${series.latest.what} ${port}`} port={port} watched={series.latest} />
              ),
          ),
        )}
      </div>
    </section>
  );
}

function Look({ port, watched }: { port: string; watched: Watched }) {
  const { what, histogram, lowest, highest, shape } = watched;
  const title = what === "value" ? port : `gradient of ${port}`;
  return (
    <div className={styles.look} data-what={what} data-testid={`look-${what}-${port}`}>
      <p className={styles.port}>
        {title} <span className={styles.faint}>({shape.join(" × ") || "one number"})</span>
      </p>
      {lowest !== null && highest !== null && (
        <HistogramBars name={title} counts={histogram} lowest={lowest} highest={highest} />
      )}
      <Figures watched={watched} />
    </div>
  );
}

/** Mean, spread, and what is out of the ordinary. */
function Figures({ watched }: { watched: Watched }) {
  const { mean, deviation, zeros, not_finite: broken } = watched;
  const figures: string[] = [];
  if (mean !== null) figures.push(`mean ${formatValue(mean, 3)}`);
  if (deviation !== null) figures.push(`deviation ${formatValue(deviation, 3)}`);
  if (zeros > 0) figures.push(`${formatShare(zeros)} zeros`);
  return (
    <p className={styles.figures}>
      {figures.join(", ")}
      {broken > 0 && <strong className={styles.broken}> {formatShare(broken)} not a number</strong>}
    </p>
  );
}
