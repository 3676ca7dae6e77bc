import { useSyncExternalStore } from "react";
import { ago, moment } from "./numbers";

const TICK_MS = 10_000;
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all times on the page. */
function subscribe(listener: () => void) {
  if (listeners.size === 0) now = Date.now();
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The present, to ten seconds; a component that reads it renders again with it. */
export function useNow(): Date {
  return new Date(useSyncExternalStore(subscribe, () => now));
}

/** "5 min ago", with the full moment on hover and for machines. */
export function RelativeTime({ at }: { at: string | Date }) {
  const present = useNow();
  const date = typeof at === "string" ? new Date(at) : at;
  return (
    <time dateTime={date.toISOString()} title={moment(date)} className="nowrap">
      {ago(date, present)}
    </time>
  );
}
