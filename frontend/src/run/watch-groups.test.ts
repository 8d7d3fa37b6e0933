import { describe, expect, it } from "vitest";
import type { LoggedEvent } from "../net/types";
import { RunTelemetry } from "../telemetry/run-telemetry";
import type { Watched } from "../telemetry/watch-series";
import { groupWatched } from "./watch-groups";

const seen = (name: string, node: string, port: string, what: Watched["what"], mean: number): Watched => ({
  name,
  node,
  port,
  what,
  shown_as: "number",
  shape: [],
  mean,
  deviation: 0,
  lowest: mean,
  highest: mean,
  zeros: 0,
  not_finite: 0,
  histogram: [],
  picture: null,
});

function look(step: number, ...watched: Watched[]): LoggedEvent {
  return { seq: step, event: { type: "watch", time: 0, step, watched } };
}

describe("groupWatched", () => {
  it("keeps Watch nodes and the ports of probed nodes apart, gradients beside their values", () => {
    const run = new RunTelemetry();
    run.receive([
      look(10, seen("temperature", "watch", "output", "value", 1)),
      look(
        20,
        seen("temperature", "watch", "output", "value", 2),
        seen("enc/conv.output", "enc/conv", "output", "value", 3),
        seen("enc/conv.weight", "enc/conv", "weight", "value", 4),
        seen("enc/conv.output", "enc/conv", "output", "gradient", 5),
      ),
    ]);
    const { watches, probes } = groupWatched(run);
    expect(watches.map(({ means }) => [...means.view()])).toEqual([[1, 2]]);
    const ports = probes.get("enc/conv") ?? [];
    expect(
      ports.map(({ port, value, gradient }) => [port, value?.latest.mean, gradient?.latest.mean]),
    ).toEqual([
      ["output", 3, 5],
      ["weight", 4, undefined],
    ]);
    expect(run.facts.watchedAt).toBe(20);
  });
});
