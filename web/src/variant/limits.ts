import type { Channel, Decision, Verdict } from "../api/client";
import { spoken } from "./words";

/** Held for review from the first, blocked from the second; null never blocks. */
export interface Limits {
  review: number;
  block: number | null;
}

// The table of docs/safety.md. The contract does not carry it, so it holds for these policies only.
const POLICY = "en-1-";
const EMAIL: Record<string, readonly [number, number | null]> = {
  toxicity: [2, 4],
  profanity: [2, 6],
  pii: [2, 5],
  secret: [1, 4],
  placeholder: [1, 3],
  grounding: [1, 4],
  channel: [1, 4],
  language: [1, null],
  input: [1, 6],
};
const SHORT: Record<string, readonly [number, number | null]> = {
  ...EMAIL,
  toxicity: [1, 2],
  profanity: [1, 2],
  pii: [1, 2],
  secret: [1, 2],
};

const CATEGORY_WORDS: Record<string, string> = {
  pii: "Personal data",
  grounding: "Claims",
  channel: "Channel rules",
  secret: "Secrets",
  placeholder: "Placeholders",
};

export function categoryWords(category: string): string {
  return CATEGORY_WORDS[category] ?? spoken(category);
}

export interface Meter {
  category: string;
  name: string;
  severity: number;
  limits: Limits | null;
  decision: Decision;
  /** "6 High, blocks" */
  words: string;
}

const LEVELS = ["Safe", "Low", "Low", "Low", "Medium", "Medium", "High", "High"] as const;

/** One meter a category that was checked, the worst first. */
export function metersOf(verdict: Verdict, channel: Channel): Meter[] {
  const table = channel === "email" ? EMAIL : SHORT;
  const isKnown = verdict.policy_version.startsWith(POLICY);
  const found = verdict.issues.map((issue) => issue.category);
  const categories = new Set([...Object.keys(verdict.scores), ...found]);
  const meters = [...categories].map((category): Meter => {
    const own = verdict.issues.filter((issue) => issue.category === category);
    const severity = Math.max(0, ...own.map((issue) => issue.severity));
    const row = isKnown ? table[category] : undefined;
    const limits = row ? { review: row[0], block: row[1] } : null;
    const decision = decisionOf(severity, limits);
    const effect = { pass: "", review: ", held", block: ", blocks" }[decision];
    return {
      category,
      name: categoryWords(category),
      severity,
      limits,
      decision,
      words: `${severity} ${LEVELS[severity] ?? "High"}${effect}`,
    };
  });
  return meters.sort((one, other) => other.severity - one.severity);
}

function decisionOf(severity: number, limits: Limits | null): Decision {
  if (!limits || severity < limits.review) return "pass";
  return limits.block !== null && severity >= limits.block ? "block" : "review";
}

const WEIGHT: Record<Decision, number> = { pass: 0, review: 1, block: 2 };

/** The finding that decided: the worst against the limits of its category. */
export function decidingOf(verdict: Verdict, channel: Channel): Verdict["issues"][number] | null {
  const table = channel === "email" ? EMAIL : SHORT;
  const weigh = (issue: Verdict["issues"][number]) => {
    const row = table[issue.category];
    const limits = row ? { review: row[0], block: row[1] } : null;
    return WEIGHT[decisionOf(issue.severity, limits)] * 10 + issue.severity;
  };
  const [first] = [...verdict.issues].sort((one, other) => weigh(other) - weigh(one));
  return first ?? null;
}
