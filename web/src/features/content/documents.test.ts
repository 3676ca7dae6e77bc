import { describe, expect, it } from "vitest";
import {
  contentOf,
  draftOf,
  markedWords,
  moneyOf,
  NEW_DRAFT,
  statusOfDocument,
  whyNotApproveDocument,
} from "./documents";

describe("contentOf", () => {
  it("names the fields that are missing", () => {
    expect(contentOf(NEW_DRAFT)).toEqual({
      faults: { title: "A title is needed.", text: "A text is needed." },
    });
  });

  it("gives an offer back as it was read, with what has no field", () => {
    const content = {
      name: "comeback",
      title: "15% off",
      type: "offer" as const,
      language: "en",
      text: "Take 15% off.",
      channels: ["email" as const],
      offer: {
        unit: "percent" as const,
        percent: 15,
        code: "BACK15",
        minimum: { cents: 3_000, currency: "GBP" },
        ends: "2026-12-20",
        audience: "lapsed",
      },
    };
    expect(contentOf(draftOf(content), content)).toEqual({ content });
  });

  it("reads facts by line and refuses a line without a name", () => {
    const draft = { ...NEW_DRAFT, title: "t", text: "x" };
    expect(contentOf({ ...draft, facts: "return_days: 30 days\n" })).toMatchObject({
      content: { facts: [{ key: "return_days", value: "30 days" }] },
    });
    expect(contentOf({ ...draft, facts: "thirty days" })).toHaveProperty("faults.facts");
  });

  it("refuses an end before its start", () => {
    const draft = { ...NEW_DRAFT, title: "t", text: "x", from: "2026-12-02", until: "2026-12-01" };
    expect(contentOf(draft)).toHaveProperty("faults.until");
  });
});

describe("moneyOf", () => {
  it("reads amounts with a sign or a code", () => {
    expect(moneyOf("£30")).toEqual({ cents: 3_000, currency: "GBP" });
    expect(moneyOf("12.50 eur")).toEqual({ cents: 1_250, currency: "EUR" });
    expect(moneyOf("30")).toBeNull();
  });
});

describe("whyNotApproveDocument", () => {
  const draft = { state: "draft" as const, edited_by: "ada" };
  it("keeps the last editor and lesser roles out", () => {
    expect(whyNotApproveDocument({ id: "ada", mayReview: true }, draft)).toMatch(
      /another reviewer/,
    );
    expect(whyNotApproveDocument({ id: "eve", mayReview: false }, draft)).toMatch(/role/);
    expect(whyNotApproveDocument({ id: "grace", mayReview: true }, draft)).toBeUndefined();
  });
  it("lets any reviewer approve what came with the program", () => {
    const sample = { state: "draft" as const, edited_by: null };
    expect(whyNotApproveDocument({ id: "ada", mayReview: true }, sample)).toBeUndefined();
  });
});

describe("statusOfDocument", () => {
  it("is not green when the document is set aside", () => {
    const status = statusOfDocument({ state: "approved", set_aside: "contradicts returns" });
    expect([status.tone, status.word]).toEqual(["warn", "Set aside"]);
  });
});

describe("markedWords", () => {
  it("marks the words of the query and their endings, whatever their case", () => {
    expect(markedWords("Returns are free", "return")).toEqual([
      ["Returns", true],
      [" are free", false],
    ]);
  });
  it("takes signs of a pattern as they are", () => {
    expect(markedWords("a (b) c", "(b)")).toEqual([["a (b) c", false]]);
  });
});
