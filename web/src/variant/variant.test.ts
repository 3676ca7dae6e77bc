import { describe, expect, it } from "vitest";
import type { User, Variant, Verdict } from "../api/client";
import { claimsOf, citedIn, sourcedOf, worstOf, type Issue } from "./claims";
import { decidingOf, metersOf } from "./limits";
import { whoMay, whyNotApprove, whyNotReview } from "./mayReview";
import { remedyOf, writtenLike } from "./suggestion";
import { firstWords, sentence } from "./words";

function issue(part: Partial<Issue>): Issue {
  return {
    category: "grounding",
    type: "percent",
    rule: "grounding.percent",
    field: "text",
    start: 0,
    end: 0,
    severity: 6,
    explanation: "",
    suggestion: "",
    ...part,
  };
}

function verdict(issues: Issue[], part: Partial<Verdict> = {}): Verdict {
  return {
    decision: "review",
    scores: { pii: 0, toxicity: 0.9 },
    issues,
    masked_text: "",
    policy_version: "en-1-abc",
    ...part,
  };
}

describe("claimsOf", () => {
  const claim = {
    field: "text" as const,
    start: 2,
    end: 5,
    kind: "percent",
    value: "35",
    document: "",
    passage: 0,
  };
  const other: Variant["claims"][number] = { ...claim, field: "subject", document: "offer-glow" };

  it("numbers claims as they are read, the subject first", () => {
    const claims = claimsOf({ claims: [claim, other], verdict: null });
    expect(claims.map((each) => [each.number, each.field, each.standing])).toEqual([
      [1, "subject", "agrees"],
      [2, "text", "none"],
    ]);
  });

  it("reads a finding over a claim as disagreement, with the document that it cites", () => {
    const found = issue({
      start: 2,
      end: 5,
      explanation: "the text says 35 % as a discount, offer-glow says 20 % as a discount",
    });
    const [first] = claimsOf({ claims: [claim], verdict: verdict([found]) });
    expect([first?.standing, first?.document]).toEqual(["disagrees", "offer-glow"]);
    expect(sourcedOf({ claims: [claim, other], verdict: verdict([found]) })).toEqual({
      agree: 1,
      total: 2,
    });
  });

  it("cites nothing when no document is near", () => {
    expect(citedIn("Nothing approved backs this statement.")).toBe("");
  });

  it("has no severity without a screening", () => {
    expect(worstOf({ verdict: null })).toBeNull();
    expect(worstOf({ verdict: verdict([]) })).toBe(0);
  });
});

describe("metersOf", () => {
  it("says severity and effect by the limits of the channel", () => {
    const found = verdict([issue({ category: "pii", severity: 3 })]);
    const [email] = metersOf(found, "email");
    expect([email?.category, email?.words]).toEqual(["pii", "3 Low, held"]);
    const [sms] = metersOf(found, "sms");
    expect(sms?.words).toBe("3 Low, blocks");
  });

  it("knows no limits of another policy", () => {
    const found = verdict([issue({ category: "pii", severity: 3 })], { policy_version: "de-2" });
    expect(metersOf(found, "email")[0]?.limits).toBeNull();
  });

  it("decides by the finding nearest to a block, not by the highest number", () => {
    const input = issue({ category: "input", rule: "input.x", severity: 5 });
    const claim = issue({ severity: 4 });
    expect(decidingOf(verdict([input, claim]), "email")?.rule).toBe("grounding.percent");
  });
});

describe("remedyOf", () => {
  const words = { subject: "Hello", text: "🎄 35% off, mail sam@other.example today" };

  it("puts the approved value in, written like the words it replaces", () => {
    const remedy = remedyOf(
      issue({ start: 2, end: 5, suggestion: "Use the approved value: 10." }),
      words,
    );
    expect(remedy?.verb).toBe("Use “10%”");
    expect(remedy?.after.text).toBe("🎄 10% off, mail sam@other.example today");
  });

  it("takes words out and leaves no double space", () => {
    const remedy = remedyOf(issue({ start: 16, end: 33, suggestion: "Remove it, or …" }), words);
    expect(remedy?.after.text).toBe("🎄 35% off, mail today");
  });

  it("offers nothing where words have to be found, or none are marked", () => {
    expect(
      remedyOf(issue({ start: 2, end: 5, suggestion: "Choose another word." }), words),
    ).toBeNull();
    expect(remedyOf(issue({ suggestion: "Take it out." }), words)).toBeNull();
  });

  it("writes money and days as the text does", () => {
    expect(writtenLike("£40", "30.00 GBP", "money")).toBe("£30");
    expect(writtenLike("9 December", "2026-12-06", "date")).toBe("6 December");
    expect(writtenLike("9 December 2026", "2026-12-06", "date")).toBe("6 December 2026");
    expect(writtenLike("half price", "20", "percent")).toBe("20%");
  });
});

describe("who may decide", () => {
  const variant = { author: "ada", edited_by: "bob" };
  const user = (id: string, role: User["role"], isActive = true): User => ({
    id,
    role,
    name: id,
    email: "",
    is_active: isActive,
    created_at: "",
    version: 1,
  });

  it("keeps the author, the last editor and lesser roles out", () => {
    expect(whyNotReview({ id: "ada", role: "admin" }, variant)).toMatch(/started the run/);
    expect(whyNotReview({ id: "bob", role: "reviewer" }, variant)).toMatch(/edited/);
    expect(whyNotReview({ id: "eve", role: "editor" }, variant)).toMatch(/role/);
    expect(whyNotReview({ id: "grace", role: "reviewer" }, variant)).toBeUndefined();
  });

  it("names who may, and says when nobody can", () => {
    const people = [user("ada", "admin"), user("grace", "reviewer"), user("eve", "editor")];
    expect(whoMay(people, variant)).toBe("grace may decide.");
    expect(whoMay([...people, user("carl", "admin")], variant)).toBe("grace or carl may decide.");
    expect(whoMay([user("ada", "admin"), user("old", "admin", false)], variant)).toMatch(/Nobody/);
    expect(whoMay(undefined, variant)).toMatch(/reviewer who did not write it/);
  });

  it("approves neither a block nor what is not screened", () => {
    expect(whyNotApprove("block", false)).toMatch(/override/);
    expect(whyNotApprove("unscreened", false)).toMatch(/Not screened/);
    expect(whyNotApprove("pass", true)).toBeUndefined();
    expect(whyNotApprove("review", false)).toBeUndefined();
  });
});

describe("words", () => {
  it("skips the greeting and makes sentences", () => {
    expect(firstWords("Hello,\n\nHere is\nour news.")).toBe("Here is our news.");
    expect(sentence("the text says 35 %")).toBe("The text says 35 %.");
  });
});
