import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "../api/client";
import type { components } from "../api/schema";

export type SchedulePreview = components["schemas"]["SchedulePreview"];

export interface ScheduleQuestion {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly steps: number;
  readonly stepsPerEpoch: number;
}

/** The learning rates of a run. While settings change, the last curve stays in sight. */
export function scheduleQuery({ settings, steps, stepsPerEpoch }: ScheduleQuestion) {
  const query = { settings: JSON.stringify(settings), steps, steps_per_epoch: stepsPerEpoch };
  return queryOptions({
    queryKey: ["schedule", query],
    queryFn: async ({ signal }) =>
      (await answerOf(
        client.GET("/api/schedules/preview", { params: { query }, signal }),
      )) as SchedulePreview,
    placeholderData: keepPreviousData,
    staleTime: 3_600_000,
  });
}
