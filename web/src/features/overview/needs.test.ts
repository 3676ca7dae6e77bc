import { describe, expect, it } from "vitest";
import type { PanelQuery } from "../../kit";
import { joinQueries } from "../../kit/joinQueries";
import { HELD, HELD_STATES, verbFor } from "./needs";

describe("The verb of what needs somebody", () => {
  const verbs = (role: "viewer" | "editor" | "reviewer") =>
    HELD_STATES.map((state) =>
      verbFor(state, { id: "me", role }, [{ author: "them", edited_by: null }]),
    );

  it("fits the role", () => {
    expect(verbs("viewer")).toEqual(["Open", "Open", "Open", "Open"]);
    expect(verbs("editor")).toEqual(["Open", "Open", "Open", "Screen"]);
    expect(verbs("reviewer")).toEqual(["Review", "Approve", "Open", "Screen"]);
  });

  it("is not Approve for one's own, nor for what is not known", () => {
    const me = { id: "me", role: "reviewer" } as const;
    expect(verbFor("pass", me, [{ author: "me", edited_by: null }])).toBe("Open");
    expect(verbFor("pass", me, [{ author: "them", edited_by: "me" }])).toBe("Open");
    expect(verbFor("pass", me, [])).toBe("Open");
  });

  it("does not promise that a block can be overridden", () => {
    expect(HELD.block.more).not.toMatch(/overrid/);
  });
});

describe("Joined reads", () => {
  const read = (changes: Partial<PanelQuery<unknown>> = {}): PanelQuery<unknown> => ({
    data: 1,
    error: null,
    isPending: false,
    isFetching: false,
    dataUpdatedAt: 5,
    refetch: () => undefined,
    ...changes,
  });
  const failed = read({ data: undefined, error: new Error("away"), dataUpdatedAt: 0 });
  const waiting = read({ data: undefined, isPending: true, dataUpdatedAt: 0 });

  it("are shown without an extra that failed", () => {
    const joined = joinQueries([read()], () => "shown", [failed, read()]);
    expect(joined).toMatchObject({ data: "shown", error: null, isPending: false });
    expect(joined.dataUpdatedAt).toBe(5);
  });

  it("wait for an extra, and fail with a part", () => {
    const { data, isPending } = joinQueries([read()], () => "shown", [waiting]);
    expect([data, isPending]).toEqual([undefined, true]);
    expect(joinQueries([failed], () => "shown").data).toBeUndefined();
  });
});
