import type { PanelQuery } from "./PanelState";

/**
 * Several reads as one for a panel: pending while one of them has nothing yet, failed when one
 * failed, as old as the oldest. `make` is called once all have data.
 */
export function joinQueries<Data>(
  parts: readonly PanelQuery<unknown>[],
  make: () => Data,
): PanelQuery<Data> {
  const isComplete = parts.every((part) => part.data !== undefined);
  return {
    data: isComplete ? make() : undefined,
    error: parts.find((part) => part.error)?.error ?? null,
    isPending: parts.some((part) => part.isPending),
    isFetching: parts.some((part) => part.isFetching),
    dataUpdatedAt: Math.min(...parts.map((part) => part.dataUpdatedAt)),
    refetch: () => Promise.all(parts.map((part) => part.refetch())),
  };
}
