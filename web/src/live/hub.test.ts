import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Hub } from "./hub";

/** What the browser would do with a stream, driven by hand. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static all: FakeSource[] = [];
  readyState = 1;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly url: string) {
    super();
    FakeSource.all.push(this);
  }
  close() {
    this.readyState = FakeSource.CLOSED;
  }
  send(type: "change" | "resync", number: number, data: object = {}) {
    const init = { data: JSON.stringify(data), lastEventId: String(number) };
    this.dispatchEvent(new MessageEvent(type, init));
  }
}

const JOBS = [{ _id: "listJobs", tags: ["jobs"] }];
const KEYS = [{ _id: "listKeys", tags: ["keys"] }];
let client: QueryClient;
let hub: Hub;
let stop: () => void;

function source(): FakeSource {
  const newest = FakeSource.all.at(-1);
  if (!newest) throw new Error("no stream was opened");
  return newest;
}
const isOld = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated;
const settle = () => vi.advanceTimersByTime(600);
function refresh() {
  client.setQueryData(JOBS, 1);
  client.setQueryData(KEYS, 1);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => setTimeout(run, 16));
  FakeSource.all = [];
  client = new QueryClient();
  refresh();
  hub = new Hub(client, "/api/v1/stream");
  stop = hub.start();
  source().onopen?.();
  settle();
  refresh();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("The event hub", () => {
  it("makes old what an event touches, and only that", () => {
    source().send("change", 1, { topic: "job", action: "progress" });
    settle();
    expect(isOld(JOBS)).toBe(true);
    expect(isOld(KEYS)).toBe(false);
  });

  it("makes all old after a gap in the numbers", () => {
    source().send("change", 1, { topic: "campaign", action: "campaign.create" });
    settle();
    refresh();
    source().send("change", 3, { topic: "campaign", action: "campaign.create" });
    settle();
    expect(isOld(JOBS)).toBe(true);
    expect(isOld(KEYS)).toBe(true);
  });

  it("makes all old after resync, and goes on from its number", () => {
    source().send("resync", 40, { number: 40 });
    settle();
    expect(isOld(KEYS)).toBe(true);
    refresh();
    source().send("change", 41, { topic: "campaign", action: "campaign.create" });
    settle();
    expect(isOld(KEYS)).toBe(false);
  });

  it("turns a burst of events into one round of reads", () => {
    const invalidate = vi.spyOn(client, "invalidateQueries");
    for (let number = 1; number <= 50; ++number)
      source().send("change", number, { topic: "job", action: "progress" });
    expect(invalidate).not.toHaveBeenCalled();
    settle();
    expect(invalidate).toHaveBeenCalledTimes(1);
  });

  it("says live, reconnecting, and stale after ten seconds", () => {
    expect(hub.read().state).toBe("live");
    source().onerror?.();
    vi.advanceTimersByTime(2_000);
    expect(hub.read().state).toBe("reconnecting");
    vi.advanceTimersByTime(8_000);
    expect(hub.read().state).toBe("stale");
    source().onopen?.();
    expect(hub.read().state).toBe("live");
  });

  it("says nothing of a stream that comes back at once", () => {
    const said = vi.fn(() => expect(hub.read().state).toBe("live"));
    hub.subscribe(said);
    source().onerror?.();
    vi.advanceTimersByTime(1_900);
    source().onopen?.();
    vi.advanceTimersByTime(20_000);
    expect(said).toHaveBeenCalledTimes(1);
  });

  it.each([1, FakeSource.CLOSED])(
    "is stale after ten seconds of failures, in state %i",
    (state) => {
      for (let at = 0; at < 9_000; at += 3_000) {
        source().readyState = state;
        source().onerror?.();
        vi.advanceTimersByTime(3_000);
      }
      expect(hub.read().state).toBe("reconnecting");
      source().readyState = state;
      source().onerror?.();
      vi.advanceTimersByTime(1_000);
      expect(hub.read().state).toBe("stale");
    },
  );

  it("counts again from a stream that was live in between", () => {
    source().onerror?.();
    vi.advanceTimersByTime(8_000);
    source().onopen?.();
    source().onerror?.();
    vi.advanceTimersByTime(8_000);
    expect(hub.read().state).toBe("reconnecting");
  });

  it("opens a refused stream again, each time later", () => {
    source().readyState = FakeSource.CLOSED;
    source().onerror?.();
    vi.advanceTimersByTime(1_000);
    expect(FakeSource.all).toHaveLength(2);
    source().readyState = FakeSource.CLOSED;
    source().onerror?.();
    vi.advanceTimersByTime(1_000);
    expect(FakeSource.all).toHaveLength(2);
    vi.advanceTimersByTime(1_000);
    expect(FakeSource.all).toHaveLength(3);
  });

  it("is closed while the tab is hidden, and reads all anew afterwards", () => {
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(source().readyState).toBe(FakeSource.CLOSED);
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    source().onopen?.();
    settle();
    expect(isOld(KEYS)).toBe(true);
    hidden.mockRestore();
  });
});
