import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { problemOf } from "./problem";

const TRIES_MAX = 2;

/**
 * The cache of everything read. The stream says what changed, so nothing is polled and focus alone
 * does not refetch. `onSignedOut` is called when any request finds the session over.
 */
export function newQueryClient(onSignedOut: () => void): QueryClient {
  const watch = (error: unknown, isSessionCheck: boolean) => {
    if (problemOf(error).kind === "signed-out" && !isSessionCheck) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => watch(error, query.meta?.["isSessionCheck"] === true),
    }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) =>
        watch(error, mutation.meta?.["isSessionCheck"] === true),
    }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => {
          const { kind } = problemOf(error);
          return (kind === "server" || kind === "offline") && count < TRIES_MAX;
        },
        retryDelay: (count) => Math.min(500 * 2 ** count, 4_000),
      },
    },
  });
}

/** The tags that the generated query keys carry: those of the operations in api/openapi.yaml. */
export type Tag =
  | "system"
  | "auth"
  | "users"
  | "keys"
  | "customers"
  | "segmentation"
  | "retrieval"
  | "generation"
  | "safety"
  | "experiments"
  | "campaigns"
  | "jobs"
  | "audit";

/** Whether a query key of the generated client carries one of the tags. */
export function hasTag(queryKey: readonly unknown[], tags: ReadonlySet<string>): boolean {
  const head = queryKey[0];
  if (typeof head !== "object" || head === null || !("tags" in head)) return false;
  return (head.tags as readonly string[]).some((tag) => tags.has(tag));
}
