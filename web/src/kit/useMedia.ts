import { useCallback, useSyncExternalStore } from "react";

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

/** Phones: tables become lists of cards, the peek a sheet. */
export function useIsPhone(): boolean {
  return useMedia("(max-width: 640px)");
}

/** Wide enough for a peek beside the list. */
export function useIsWide(): boolean {
  return useMedia("(min-width: 1024px)");
}
