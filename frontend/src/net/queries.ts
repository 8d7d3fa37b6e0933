import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import type { GraphDocument } from "../graph/types";
import { queryClient } from "./query-client";
import * as requests from "./requests";
import { type AugmentationPreviewRequest, isWaiting } from "./types";

/** What the server says, as cached queries. A key starts with the word for what it holds. */

const HOUR = 3_600_000;
const WAITING_INTERVAL = 2_000;

export const runsQuery = (graphId: string | null) =>
  queryOptions({
    queryKey: ["runs", graphId],
    queryFn: ({ signal }) => requests.listRuns(graphId, signal),
    enabled: graphId !== null,
    staleTime: 2_000,
    // Where a waiting run stands changes with what other runs do, of which this page hears nothing.
    refetchInterval: ({ state }) =>
      state.data?.some(({ state }) => isWaiting(state)) ? WAITING_INTERVAL : false,
  });

/** A search of a learning rate takes seconds: what was found for a graph is kept while it is open. */
export const rateSearchQuery = (graph: GraphDocument, optimizer: string) =>
  queryOptions({
    queryKey: ["rate-search", optimizer, graph],
    queryFn: ({ signal }) => requests.findLearningRate(graph, optimizer, signal),
    staleTime: HOUR,
    retry: false,
  });

/** A run with the graph that it trains, which never changes. */
export const runDetailQuery = (id: string) =>
  queryOptions({ queryKey: ["run", id], queryFn: () => requests.getRun(id), staleTime: HOUR });

export const runReportQuery = (id: string, graph: GraphDocument) =>
  queryOptions({
    queryKey: ["run-report", id],
    queryFn: ({ signal }) => requests.checkGraph(graph, signal),
    staleTime: HOUR,
  });

export const datasetsQuery = () =>
  queryOptions({ queryKey: ["datasets"], queryFn: requests.listDatasets, staleTime: 60_000 });

export const datasetQuery = (id: string) =>
  queryOptions({
    queryKey: ["dataset", id],
    queryFn: () => requests.getDataset(id),
    staleTime: HOUR,
  });

export const previewQuery = (id: string, offset: number, limit: number) =>
  queryOptions({
    queryKey: ["dataset-preview", id, offset, limit],
    queryFn: () => requests.previewDataset(id, offset, limit),
    staleTime: HOUR,
  });

export const sampleQuery = (dataset: string, index: number) =>
  queryOptions({
    queryKey: ["dataset-sample", dataset, index],
    queryFn: () => requests.getSample(dataset, index),
    staleTime: HOUR,
  });

export const augmentationsQuery = () =>
  queryOptions({ queryKey: ["augmentations"], queryFn: requests.listAugmentations, staleTime: HOUR });

export const augmentationPreviewQuery = (dataset: string, asked: AugmentationPreviewRequest) =>
  queryOptions({
    queryKey: ["augmentation-preview", dataset, asked],
    queryFn: ({ signal }) => requests.previewAugmentation(dataset, asked, signal),
    staleTime: HOUR,
    retry: false,
  });

export const examplesQuery = () =>
  queryOptions({ queryKey: ["examples"], queryFn: requests.listExamples, staleTime: HOUR });

export const graphsQuery = () =>
  queryOptions({ queryKey: ["graphs"], queryFn: requests.listGraphs, staleTime: 0 });

export const healthQuery = () =>
  queryOptions({ queryKey: ["health"], queryFn: requests.getHealth, staleTime: 30_000 });

export const useDatasets = () => useQuery(datasetsQuery());
export const useAugmentationKinds = () => useQuery(augmentationsQuery());
export const useExamples = () => useQuery(examplesQuery());
export const useGraphs = () => useQuery(graphsQuery());
export const useHealth = () => useQuery(healthQuery());
export const useRuns = (graphId: string | null) => useQuery(runsQuery(graphId));

export const refreshRuns = () => queryClient.invalidateQueries({ queryKey: ["runs"] });
export const refreshDatasets = () => queryClient.invalidateQueries({ queryKey: ["datasets"] });
export const refreshGraphs = () => queryClient.invalidateQueries({ queryKey: ["graphs"] });

export function useCreateGraph() {
  return useMutation({ mutationFn: requests.createGraph, onSuccess: refreshGraphs });
}

export function useDeleteGraph() {
  return useMutation({ mutationFn: requests.deleteGraph, onSuccess: refreshGraphs });
}

export function useDeleteDataset() {
  return useMutation({ mutationFn: requests.deleteDataset, onSuccess: refreshDatasets });
}
