import type { components } from "../api/schema";
import type { JsonSchema, Settings } from "../graph/types";

/** What the server says about runs and data, by the names that this page uses. */
type Schemas = components["schemas"];

export type RunRecord = Schemas["RunRecord"];
export type RunDetail = Schemas["RunDetail"];
export type RunState = RunRecord["state"];
export type LoggedEvent = Schemas["LoggedEvent"];
export type RunEvent = LoggedEvent["event"];
export type EventOf<Type extends RunEvent["type"]> = Extract<RunEvent, { readonly type: Type }>;
export type EventsPage = Schemas["EventsPage"];

export type RateCurve = Schemas["RateCurve"];
export type RateSearch = Schemas["RateSearch"];

export type DatasetSummary = Schemas["DatasetSummary"];
export type DatasetDetail = Schemas["DatasetDetail"];
export type DatasetPreview = Schemas["DatasetPreview"];
export type DatasetSample = Schemas["DatasetSample"];
export type ColumnInfo = Schemas["ColumnInfo"];
export type ColumnStatistics = Schemas["ColumnStatistics"];
export type Histogram = Schemas["Histogram"];
export type ImportOptions = Partial<Schemas["ImportOptions"]>;

export type AugmentationKind = Omit<
  Schemas["AugmentationDescription"],
  "settings_schema" | "default_settings"
> & {
  readonly settings_schema: JsonSchema;
  readonly default_settings: Settings;
};
export type AugmentationPreview = Schemas["AugmentationPreview"];
export type AugmentationPreviewRequest = Schemas["AugmentationPreviewRequest"];

export type Evaluation = Schemas["Evaluation"];
export type EvaluationRequest = Schemas["EvaluationRequest"];
export type OutputValue = Schemas["OutputValue"];

export type ExampleGraph = Schemas["ExampleGraph"];
export type GraphSummary = Schemas["GraphSummary"];
export type Health = Schemas["Health"];
export type BackendInfo = Schemas["BackendInfo"];

/** States from which a run does not come back. */
const ENDED: readonly RunState[] = ["completed", "stopped", "failed", "interrupted"];

export function hasEnded(state: RunState): boolean {
  return ENDED.includes(state);
}

/** It has not made a step yet, and does not have to be held for that. */
export function isWaiting(state: RunState): boolean {
  return state === "queued" || state === "starting";
}
