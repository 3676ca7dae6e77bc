import { describe, expect, it } from "vitest";
import type { Variant } from "../../api/client";
import { buildMatrix, OTHER, sumOf } from "./matrix";

let last = 0;
function variant(segment: number, strategy: string, more: Partial<Variant> = {}): Variant {
  last += 1;
  return {
    id: `v${last}`,
    version: 1,
    run: "r",
    segment,
    strategy,
    tone: "plain",
    is_control: strategy === "control",
    writer: "composer",
    state: "pass",
    channel: "email",
    language: "en",
    subject: "s",
    text: "t",
    text_hash: "h",
    claims: [],
    confidence: 0.5,
    confidence_parts: { retrieval_support: 1, completeness: 1, segment_fit: 0.5 },
    verdict: null,
    author: "a",
    edited_by: null,
    created_at: "2026-11-27T00:00:00Z",
    updated_at: "2026-11-27T00:00:00Z",
    ...more,
  };
}

describe("buildMatrix", () => {
  it("gives every strategy a column while there are few", () => {
    const all = [variant(0, "urgent"), variant(0, "friendly"), variant(1, "friendly")];
    const matrix = buildMatrix(all, all, []);
    expect(matrix.columns.map((column) => column.key)).toEqual(["friendly", "urgent"]);
    expect(matrix.rows.map((row) => row.name)).toEqual(["Segment 0", "Segment 1"]);
  });

  it("puts strategies of few segments into one last column", () => {
    const rare = ["curiosity", "direct", "value", "helpful", "inspiration"];
    const all = [0, 1, 2, 3, 4, 5].flatMap((segment) => [
      variant(segment, "friendly"),
      variant(segment, rare[segment % rare.length] ?? "direct"),
    ]);
    const matrix = buildMatrix(all, all, []);
    expect(matrix.columns.map((column) => column.key)).toEqual(["friendly", "curiosity", OTHER]);
    expect(matrix.rows[1]?.cells[OTHER]?.[0]?.strategy).toBe("direct");
    expect(matrix.order).toHaveLength(all.length);
  });

  it("reads the same control words as one row, different ones as two", () => {
    const all = [
      variant(0, "control"),
      variant(1, "control"),
      variant(2, "control", { text_hash: "other" }),
    ];
    const { controls, rows } = buildMatrix(all, all, []);
    expect(controls.map((row) => row.variants.length)).toEqual([2, 1]);
    expect(rows).toEqual([]);
  });

  it("keeps the columns when a filter hides variants", () => {
    const all = [variant(0, "urgent"), variant(0, "friendly", { state: "approved" })];
    const matrix = buildMatrix(all, all.slice(0, 1), []);
    expect(matrix.columns).toHaveLength(2);
    expect(matrix.order).toHaveLength(1);
    expect(matrix.columns.find((column) => column.key === "friendly")?.approved).toBe(1);
  });
});

describe("sumOf", () => {
  it("counts states in words, and says nothing of those that are absent", () => {
    const all = [variant(0, "a"), variant(0, "b", { state: "approved" })];
    expect(sumOf(all)).toBe("2 variants: 1 approved, 1 wait for review");
  });
});
