import type { PanelQuery } from "./PanelState";

/** The name of a read that failed before it had anything, for what a panel says is missing. */
export function absent(part: PanelQuery<unknown> | undefined, name: string): string[] {
  return part?.error && part.data === undefined ? [name] : [];
}

/**
 * Several reads as one for a panel: pending while one of them has nothing yet, failed when one
 * failed, as old as the oldest. `make` is called once all have data. `extras` are waited for too,
 * but one that failed leaves the others shown: its panel names it with `missing`.
 */
export function joinQueries<Data>(
  parts: readonly PanelQuery<unknown>[],
  make: () => Data,
  extras: readonly PanelQuery<unknown>[] = [],
): PanelQuery<Data> {
  const isWaiting = (part: PanelQuery<unknown>) => part.data === undefined && !part.error;
  const isComplete = parts.every((part) => part.data !== undefined) && !extras.some(isWaiting);
  const shown = [...parts, ...extras.filter((part) => part.data !== undefined)];
  const all = [...parts, ...extras];
  return {
    data: isComplete ? make() : undefined,
    error: shown.find((part) => part.error)?.error ?? null,
    isPending: parts.some((part) => part.isPending) || extras.some(isWaiting),
    isFetching: all.some((part) => part.isFetching),
    dataUpdatedAt: Math.min(...shown.map((part) => part.dataUpdatedAt)),
    refetch: () => Promise.all(all.map((part) => part.refetch())),
  };
}
