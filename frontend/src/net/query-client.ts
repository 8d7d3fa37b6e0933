import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api/error";

/** The one cache of the server's answers. Commands outside React invalidate it too. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the caller did wrong stays wrong; only a silent server is asked again.
      retry: (failures, error) => failures < 2 && (!(error instanceof ApiError) || isOffline(error)),
      retryDelay: 800,
    },
  },
});

/** Nobody answered, which is said once for the whole page and not by every part of it. */
export function isOffline(error: unknown): boolean {
  return error instanceof ApiError && error.isOffline;
}
