import type { Claim, Variant, Verdict } from "../api/client";
import type { Standing } from "../kit";

export type Issue = Verdict["issues"][number];

/** One claim of a message with its number, how it stands, and why when it does not agree. */
export interface NumberedClaim {
  id: string;
  number: number;
  field: "subject" | "text";
  start: number;
  end: number;
  kind: string;
  value: string;
  standing: Standing;
  /** Name of the document; empty when nothing approved states it. */
  document: string;
  passage: number;
  issue: Issue | null;
}

type Message = Pick<Variant, "claims" | "verdict">;

const FIELDS = { subject: 0, text: 1 } as const;

function isOver(claim: Claim, issue: Issue): boolean {
  return issue.field === claim.field && issue.start < claim.end && issue.end > claim.start;
}

/** Name of a document that an explanation cites: "…, offer-glow says 20 %". */
export function citedIn(explanation: string): string {
  return /, (\S+) says /.exec(explanation)?.[1] ?? "";
}

/** The claims of a message in reading order, numbered from 1. */
export function claimsOf(variant: Message): NumberedClaim[] {
  const issues = (variant.verdict?.issues ?? []).filter((each) => each.category === "grounding");
  const inOrder = [...variant.claims].sort(
    (left, right) => FIELDS[left.field] - FIELDS[right.field] || left.start - right.start,
  );
  return inOrder.map((claim, index) => {
    const issue = issues.find((each) => isOver(claim, each)) ?? null;
    const cited = issue ? citedIn(issue.explanation) : "";
    return {
      id: String(index + 1),
      number: index + 1,
      field: claim.field,
      start: claim.start,
      end: claim.end,
      kind: claim.kind,
      value: claim.value,
      standing: standingOf(claim, issue, cited),
      document: claim.document || cited,
      passage: claim.passage,
      issue,
    };
  });
}

function standingOf(claim: Claim, issue: Issue | null, cited: string): Standing {
  if (issue) return cited === "" ? "none" : "disagrees";
  return claim.document === "" ? "none" : "agrees";
}

/** How many of the claims stand in an approved document. */
export function sourcedOf(variant: Message): { agree: number; total: number } {
  const claims = claimsOf(variant);
  return {
    agree: claims.filter((claim) => claim.standing === "agrees").length,
    total: claims.length,
  };
}

/** The worst severity of the verdict in force; null when the words are not screened. */
export function worstOf(variant: Pick<Variant, "verdict">): number | null {
  if (!variant.verdict) return null;
  return Math.max(0, ...variant.verdict.issues.map((issue) => issue.severity));
}
