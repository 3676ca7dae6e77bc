import { Ban, Clock, ShieldQuestionMark, TriangleAlert, type LucideIcon } from "lucide-react";
import type { Variant } from "../../api/client";
import type { Tone } from "../../kit";
import { roleAllows } from "../../shell/session";
import { whyNotReview, type Person } from "../../variant/mayReview";

export type HeldState = "review" | "pass" | "block" | "unscreened";

export interface HeldWords {
  tone: Tone;
  icon: LucideIcon;
  one: string;
  many: string;
  more: string;
}

export const HELD: Record<HeldState, HeldWords> = {
  review: {
    tone: "warn",
    icon: TriangleAlert,
    one: "was held back for review",
    many: "were held back for review",
    more: "The screening found something that a person must judge",
  },
  pass: {
    tone: "info",
    icon: Clock,
    one: "passed and waits for approval",
    many: "passed and wait for approval",
    more: "By somebody other than the author",
  },
  block: {
    tone: "bad",
    icon: Ban,
    one: "is blocked",
    many: "are blocked",
    more: "Cannot be sent: change the words",
  },
  unscreened: {
    tone: "warn",
    icon: ShieldQuestionMark,
    one: "is not screened",
    many: "are not screened",
    more: "Held back until a screening says something",
  },
};
export const HELD_STATES = Object.keys(HELD) as HeldState[];

/** What this person can do about variants of a state; `passed` are some of those that passed. */
export function verbFor(
  state: HeldState,
  person: Person,
  passed: readonly Pick<Variant, "author" | "edited_by">[],
): string {
  if (state === "unscreened" && roleAllows(person.role, "editor")) return "Screen";
  if (state === "review" && roleAllows(person.role, "reviewer")) return "Review";
  if (state === "pass" && passed.some((variant) => whyNotReview(person, variant) === undefined))
    return "Approve";
  return "Open";
}
