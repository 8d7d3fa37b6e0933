import { useMutation } from "@tanstack/react-query";
import { answerOf, client } from "../api/client";
import type { components } from "../api/schema";

export type TextAbility = components["schemas"]["TextAbility"];
export type TextRequest = components["schemas"]["TextRequest"];
export type ContinuedText = components["schemas"]["ContinuedText"];

/** Have a run's newest weights write on. */
export function useContinueText(runId: string) {
  return useMutation({
    mutationFn: async (body: TextRequest) =>
      (await answerOf(
        client.POST("/api/runs/{run_id}/text", { params: { path: { run_id: runId } }, body }),
      )) as ContinuedText,
  });
}
