import { describe, expect, it } from "vitest";
import { keptOf } from "./kept";

describe("What stands open beside the queue", () => {
  const first = keptOf(null, "review", ["a", "b"]);

  it("is the first, and stays it when a worse one comes or a colleague takes it out", () => {
    expect(first?.id).toBe("a");
    expect(keptOf(first, "review", ["worse", "a", "b"])).toBe(first);
    expect(keptOf(first, "review", ["b"])).toBe(first);
    expect(keptOf(first, "review", [])).toBe(first);
  });

  it("gives way to the next one after the reader acted", () => {
    const done = first && { ...first, isDone: true };
    expect(keptOf(done, "review", ["a", "b"])).toBe(done);
    expect(keptOf(done, "review", ["b"])?.id).toBe("b");
    expect(keptOf(done, "review", [])).toBeNull();
  });

  it("is chosen anew in another queue", () => {
    expect(keptOf(first, "blocked", [])).toBeNull();
    expect(keptOf(first, "blocked", ["c"])?.id).toBe("c");
  });
});
