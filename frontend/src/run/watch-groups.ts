import type { RunTelemetry } from "../telemetry/run-telemetry";
import type { WatchSeries } from "../telemetry/watch-series";

/** The value of a port or tensor of a node that is looked into, and its gradient. */
export interface ProbedPort {
  readonly port: string;
  readonly value: WatchSeries | undefined;
  readonly gradient: WatchSeries | undefined;
}

export interface WatchGroups {
  /** What Watch nodes show. */
  readonly watches: readonly WatchSeries[];
  /** By the path of the node. */
  readonly probes: ReadonlyMap<string, readonly ProbedPort[]>;
}

/** What is looked at is named by its port; what a Watch node shows has a name of its own. */
export function groupWatched({ watched }: Pick<RunTelemetry, "watched">): WatchGroups {
  const watches: WatchSeries[] = [];
  const probes = new Map<string, ProbedPort[]>();
  for (const series of watched.values()) {
    const { name, node, port, what } = series.latest;
    if (name !== `${node}.${port}`) {
      watches.push(series);
      continue;
    }
    const ports = probes.get(node) ?? [];
    if (!ports.some((other) => other.port === port)) {
      ports.push({ port, value: undefined, gradient: undefined });
    }
    probes.set(
      node,
      ports.map((other) => (other.port === port ? { ...other, [what]: series } : other)),
    );
  }
  return { watches, probes };
}
