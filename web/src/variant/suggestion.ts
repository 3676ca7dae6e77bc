import { LOCALE, replaceSpan, textOf } from "../kit";
import type { Issue } from "./claims";

export interface Words {
  subject: string;
  text: string;
}

/** A change that a suggestion means, ready to be made. */
export interface Remedy {
  /** What the button says: "Use “10%”". */
  verb: string;
  /** The message after it. */
  after: Words;
}

const VALUE = /^Use the approved value: (.+)\.$/;
const REMOVALS = /^(Take it out|Remove it|Delete this sentence)/;

/** What one press can do about a finding; null when a person has to find the words. */
export function remedyOf(issue: Issue, words: Words): Remedy | null {
  if (issue.end <= issue.start) return null;
  const whole = words[issue.field];
  const said = textOf(whole, issue);
  const value = VALUE.exec(issue.suggestion)?.[1];
  if (value !== undefined) {
    const by = writtenLike(said, value, issue.type);
    return {
      verb: `Use “${by}”`,
      after: { ...words, [issue.field]: replaceSpan(whole, issue, by) },
    };
  }
  if (!REMOVALS.test(issue.suggestion)) return null;
  const after = { ...words, [issue.field]: tidy(replaceSpan(whole, issue, "")) };
  return after.text.trim() === "" ? null : { verb: `Take out “${shortened(said)}”`, after };
}

/** A normal form of docs/claims.md, written as the message writes its own. */
export function writtenLike(said: string, value: string, kind: string): string {
  if (kind === "percent" && /^[\d.]+$/.test(value))
    return /\d/.test(said) ? said.replace(/\d+(?:[.,]\d+)?/, value) : `${value}%`;
  const money = /^([\d.]+) ([A-Z]{3})$/.exec(value);
  if (kind === "money" && money) {
    const amount = Number(money[1]);
    return new Intl.NumberFormat(LOCALE, {
      style: "currency",
      currency: money[2] ?? "GBP",
      minimumFractionDigits: Number.isInteger(amount) ? 0 : 2,
    }).format(amount);
  }
  if (kind === "date" && /^\d{4}-\d{2}-\d{2}$/.test(value))
    return new Date(`${value}T12:00:00Z`).toLocaleDateString(LOCALE, {
      day: "numeric",
      month: "long",
      timeZone: "UTC",
      ...(/\d{4}/.test(said) ? { year: "numeric" } : {}),
    });
  return value;
}

/** What is left around words that were taken out. */
function tidy(text: string): string {
  return text
    .replaceAll(/[ \t]{2,}/g, " ")
    .replaceAll(/[ \t]+([.,;:!?])/g, "$1")
    .replaceAll(/[ \t]+$/gm, "");
}

function shortened(said: string): string {
  const line = said.replaceAll(/\s+/g, " ");
  const characters = [...line];
  return characters.length > 24 ? `${characters.slice(0, 23).join("")}…` : line;
}
