import { answerOf, client } from "../api/client";
import type { GraphDocument, GraphRecord, Report } from "../graph/types";
import type {
  AugmentationKind,
  AugmentationPreview,
  AugmentationPreviewRequest,
  DatasetDetail,
  DatasetPreview,
  DatasetSample,
  DatasetSummary,
  Evaluation,
  EvaluationRequest,
  EventsPage,
  ExampleGraph,
  GraphSummary,
  Health,
  RateCurve,
  RateSearch,
  RunDetail,
  RunRecord,
} from "./types";

/** Every call about runs, data and the start page. Each answers the body or throws an ApiError. */

// The client's own answer types turn read-only lists into objects, so each call names the body it answers.
async function read<Body>(
  call: Promise<{ data?: unknown; error?: unknown; response: Response }>,
): Promise<Body> {
  return (await answerOf(call)) as Body;
}

const ofRun = (run_id: string) => ({ params: { path: { run_id } } });

export const listRuns = (graphId: string | null, signal?: AbortSignal) =>
  read<RunRecord[]>(
    client.GET("/api/runs", {
      params: { query: graphId === null ? {} : { graph_id: graphId } },
      ...(signal && { signal }),
    }),
  );

export const getRun = (id: string) => read<RunDetail>(client.GET("/api/runs/{run_id}", ofRun(id)));

/** `startFrom` is the run whose weights take the place of the starting values where they fit. */
export const createRun = (graph: GraphDocument, graphId: string | null, startFrom: string | null = null) =>
  read<RunRecord>(client.POST("/api/runs", { body: { graph, graph_id: graphId, start_from: startFrom } }));

export const pauseRun = (id: string) => read<RunRecord>(client.POST("/api/runs/{run_id}/pause", ofRun(id)));
export const resumeRun = (id: string) => read<RunRecord>(client.POST("/api/runs/{run_id}/resume", ofRun(id)));
export const stepRun = (id: string) => read<RunRecord>(client.POST("/api/runs/{run_id}/step", ofRun(id)));
export const stopRun = (id: string) => read<RunRecord>(client.POST("/api/runs/{run_id}/stop", ofRun(id)));

/** Let an interrupted or failed run go on from its last checkpoint. */
export const continueRun = (id: string) =>
  read<RunRecord>(client.POST("/api/runs/{run_id}/continue", ofRun(id)));

/** Give a waiting run another place in the queue; 1 is next. */
export const moveRun = (id: string, position: number) =>
  read<RunRecord>(client.POST("/api/runs/{run_id}/queue", { ...ofRun(id), body: { position } }));

/** Look into nodes of a live run from now on; into none if there are none. */
export const probeRun = (id: string, nodes: readonly string[]) =>
  read<RunRecord>(client.POST("/api/runs/{run_id}/probe", { ...ofRun(id), body: { nodes } }));

export const deleteRun = (id: string) => read<void>(client.DELETE("/api/runs/{run_id}", ofRun(id)));

export const setLearningRate = (id: string, optimizer: string, value: number) =>
  read<RunRecord>(
    client.POST("/api/runs/{run_id}/learning-rate", { ...ofRun(id), body: { optimizer, value } }),
  );

/** Sweep an Optimizer's learning rate over some steps; takes seconds, and keeps no weights. */
export const findLearningRate = (graph: GraphDocument, optimizer: string, signal: AbortSignal) =>
  read<RateCurve>(
    client.POST("/api/learning-rate-finder", {
      body: { graph, search: { optimizer } as RateSearch },
      signal,
    }),
  );

/** At most, by optimizer. Above 10,000 steps a second the page gets every other one, every third, and so on. */
export const LOSSES_OF_AN_EVENT = 500;

export const listEvents = (id: string, after: number, signal: AbortSignal) =>
  read<EventsPage>(
    client.GET("/api/runs/{run_id}/events", {
      params: { path: { run_id: id }, query: { after, thin: LOSSES_OF_AN_EVENT } },
      signal,
    }),
  );

export const evaluateRun = (id: string, body: EvaluationRequest, signal?: AbortSignal) =>
  read<Evaluation>(
    client.POST("/api/runs/{run_id}/evaluate", { ...ofRun(id), body, ...(signal && { signal }) }),
  );

/** Where the browser downloads the run's model file from. */
export const modelAddress = (id: string) => `/api/runs/${id}/export?format=model`;

export const checkGraph = (graph: GraphDocument, signal?: AbortSignal) =>
  read<Report>(client.POST("/api/graphs/check", { body: graph, ...(signal && { signal }) }));

export const listGraphs = () => read<GraphSummary[]>(client.GET("/api/graphs"));
export const createGraph = (graph: GraphDocument) =>
  read<GraphRecord>(client.POST("/api/graphs", { body: { graph } }));
export const deleteGraph = (id: string) =>
  read<void>(client.DELETE("/api/graphs/{graph_id}", { params: { path: { graph_id: id } } }));

export const listExamples = () => read<ExampleGraph[]>(client.GET("/api/examples"));
export const getHealth = () => read<Health>(client.GET("/api/health"));

const ofDataset = (dataset_id: string) => ({ path: { dataset_id } });

export const listDatasets = () => read<DatasetSummary[]>(client.GET("/api/datasets"));
export const getDataset = (id: string) =>
  read<DatasetDetail>(client.GET("/api/datasets/{dataset_id}", { params: ofDataset(id) }));
export const previewDataset = (id: string, offset: number, limit: number) =>
  read<DatasetPreview>(
    client.GET("/api/datasets/{dataset_id}/preview", {
      params: { ...ofDataset(id), query: { offset, limit } },
    }),
  );
export const getSample = (id: string, index: number) =>
  read<DatasetSample>(
    client.GET("/api/datasets/{dataset_id}/samples/{index}", {
      params: { path: { dataset_id: id, index } },
    }),
  );
export const listAugmentations = () => read<AugmentationKind[]>(client.GET("/api/augmentations"));
export const previewAugmentation = (id: string, body: AugmentationPreviewRequest, signal?: AbortSignal) =>
  read<AugmentationPreview>(
    client.POST("/api/datasets/{dataset_id}/augmentation-preview", {
      params: ofDataset(id),
      body,
      ...(signal && { signal }),
    }),
  );
export const deleteDataset = (id: string) =>
  read<void>(client.DELETE("/api/datasets/{dataset_id}", { params: ofDataset(id) }));
