import type { QueryClient } from "@tanstack/react-query";
import { hasTag, type Tag } from "../api/query";
import { TAGS } from "./topics";

export type LiveState = "connecting" | "live" | "reconnecting" | "stale";

export interface Snapshot {
  state: LiveState;
  /** When the last event or opening came; null before the first. */
  asOf: Date | null;
}

const FLUSH_MS = 250; // Charts and lists redraw at 4 Hz at most.
const BLINK_MS = 2_000; // A stream that ends by its age is back before this, and nothing is said.
const STALE_MS = 10_000; // Reconnecting for so long is called stale.
const REOPEN_MS_MAX = 30_000;

/**
 * The one event stream of this tab. Snapshots are the queries themselves; an event only says which
 * of them are old. A gap in the numbers, `resync` or a new connection make all of them old. Closed
 * while the tab is hidden, so that twenty open tabs do not use up the browser's connections.
 */
export class Hub {
  private source: EventSource | null = null;
  private last: number | null = null;
  private dirty = new Set<string>();
  private isFlushing = false;
  private reopenMs = 1_000;
  private reopenTimer: ReturnType<typeof setTimeout> | undefined;
  private awayTimers: ReturnType<typeof setTimeout>[] = [];
  private snapshot: Snapshot = { state: "connecting", asOf: null };
  private listeners = new Set<() => void>();

  constructor(
    private readonly client: QueryClient,
    private readonly url: string,
  ) {}

  /** Opens the stream and follows the tab's visibility. Returns what ends it. */
  start(): () => void {
    const follow = () => (document.hidden ? this.close() : this.open());
    document.addEventListener("visibilitychange", follow);
    follow();
    return () => {
      document.removeEventListener("visibilitychange", follow);
      this.close();
      this.endWait();
    };
  }
  read = (): Snapshot => this.snapshot;
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  private open() {
    if (this.source) return;
    const source = new EventSource(this.url, { withCredentials: true });
    this.source = source;
    source.onopen = () => {
      this.reopenMs = 1_000;
      this.say("live");
      this.markAll(); // What changed before this moment was not heard.
    };
    source.onerror = () => {
      this.awaitReturn();
      if (source.readyState !== EventSource.CLOSED) return; // The browser tries again by itself.
      this.close();
      this.mark(["auth"]); // A stream that is refused may mean that the session is over.
      this.reopenTimer = setTimeout(() => this.open(), this.reopenMs);
      this.reopenMs = Math.min(this.reopenMs * 2, REOPEN_MS_MAX);
    };
    source.addEventListener("change", (event) => this.take(event as MessageEvent<string>));
    source.addEventListener("resync", (event) => {
      this.last = Number((event as MessageEvent).lastEventId);
      this.markAll();
    });
  }
  private close() {
    clearTimeout(this.reopenTimer);
    this.source?.close();
    this.source = null;
    this.last = null;
  }
  private take(event: MessageEvent<string>) {
    const number = Number(event.lastEventId);
    if (this.last !== null && number !== this.last + 1) this.markAll();
    this.last = number;
    this.say("live");
    const change = JSON.parse(event.data) as { topic: string; action: string };
    this.mark(TAGS[change.topic] ?? []);
    if (change.action !== "progress") this.mark(["audit"]);
  }

  private markAll() {
    this.mark([...new Set(Object.values(TAGS).flat()), "audit"]);
  }
  private mark(tags: readonly Tag[]) {
    for (const tag of tags) this.dirty.add(tag);
    if (this.isFlushing || this.dirty.size === 0) return;
    this.isFlushing = true;
    requestAnimationFrame(() => this.flush());
  }
  /** One refetch for all events since the last one; a query on its way is asked again after it. */
  private flush() {
    const tags = this.dirty;
    this.dirty = new Set();
    const predicate = (query: { queryKey: readonly unknown[] }) => hasTag(query.queryKey, tags);
    if (this.client.isFetching({ predicate }) > 0) this.dirty = tags;
    else void this.client.invalidateQueries({ predicate });
    setTimeout(() => {
      this.isFlushing = false;
      this.mark([...this.dirty] as Tag[]);
    }, FLUSH_MS);
  }
  /** Counted from the first failure: trying again does not make the numbers younger. */
  private awaitReturn() {
    if (this.awayTimers.length > 0) return;
    this.awayTimers = [
      setTimeout(() => this.say("reconnecting"), BLINK_MS),
      setTimeout(() => this.say("stale"), STALE_MS),
    ];
  }
  private endWait() {
    this.awayTimers.forEach(clearTimeout);
    this.awayTimers = [];
  }
  private say(state: LiveState) {
    if (state === "live") this.endWait();
    this.snapshot = { state, asOf: state === "live" ? new Date() : this.snapshot.asOf };
    for (const listener of this.listeners) listener();
  }
}
