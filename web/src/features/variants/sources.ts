import { useQuery } from "@tanstack/react-query";
import type { Document, Offer } from "../../api/client";
import { listContextsOptions } from "../../api/client/@tanstack/react-query.gen";
import { money } from "../../kit";
import { dayWords } from "../../variant/words";
import type { NumberedClaim } from "../../variant/claims";

/** The passages that were found for the segments of a run: "name#number" → text. */
export function usePassages(run: string) {
  const contexts = useQuery(listContextsOptions({ path: { run } }));
  const passages = new Map<string, string>();
  for (const context of contexts.data?.items ?? [])
    for (const hit of context.hits) passages.set(`${hit.document}#${hit.passage}`, hit.text);
  return { query: contexts, passages };
}

/** An offer in one line: "20% off lanterns, code GLOW20, until 6 Dec 2026". */
export function offerWords(offer: Offer): string {
  const what = {
    percent: `${offer.percent ?? 0}% off`,
    money: offer.amount ? `${money(offer.amount.cents, offer.amount.currency)} off` : "Money off",
    free_shipping: "Free delivery",
    gift: `Free ${offer.gift ?? "gift"}`,
  }[offer.unit];
  return [
    `${what}${offer.applies_to ? ` ${offer.applies_to}` : ""}`,
    offer.code ? `code ${offer.code}` : null,
    offer.minimum ? `orders from ${money(offer.minimum.cents, offer.minimum.currency)}` : null,
    offer.starts ? `from ${dayWords(offer.starts)}` : null,
    offer.ends ? `until ${dayWords(offer.ends)}` : null,
  ]
    .filter((part) => part !== null)
    .join(", ");
}

export interface Source {
  /** What the document says, as far as it is known here. */
  text: string;
  /** "passage 2", "fields of the offer", "named fact". */
  place: string;
}

/** The passage behind a claim: what was retrieved, else the document's text or its fields. */
export function sourceOf(
  claim: Pick<NumberedClaim, "document" | "passage" | "value" | "kind">,
  document: Document | undefined,
  passages: ReadonlyMap<string, string>,
): Source | null {
  if (claim.passage > 0) {
    const retrieved = passages.get(`${claim.document}#${claim.passage}`);
    const text = retrieved ?? document?.content.text;
    return text ? { text, place: `passage ${claim.passage}` } : null;
  }
  if (!document) return null;
  const { content } = document;
  const fact = content.facts?.find((each) => each.value.includes(claim.value));
  if (fact) return { text: `${fact.key.replaceAll("_", " ")}: ${fact.value}`, place: "named fact" };
  if (content.offer) return { text: offerWords(content.offer), place: "fields of the offer" };
  return { text: content.text, place: "text" };
}

/** Where the passage says the same, for its mark: around the words of the claim, else its value. */
export function cutAround(passage: string, words: string, value: string): [string, string, string] {
  const candidates = [words, value, dayOf(value), `${value}%`, `${value} %`];
  const lower = passage.toLowerCase();
  for (const each of candidates) {
    if (each === null || each === "") continue;
    const at = lower.indexOf(each.toLowerCase());
    if (at >= 0)
      return [
        passage.slice(0, at),
        passage.slice(at, at + each.length),
        passage.slice(at + each.length),
      ];
  }
  return [passage, "", ""];
}

function dayOf(value: string): string | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? dayWords(value) : null;
}

const AROUND_MAX = 220;

/** Long passages are shortened at word ends, around what they are shown for. */
export function shortened([before, hit, after]: [string, string, string]): [
  string,
  string,
  string,
] {
  if (before.length + hit.length + after.length <= 2 * AROUND_MAX) return [before, hit, after];
  const start =
    before.length > AROUND_MAX ? `… ${before.slice(-AROUND_MAX).replace(/^\S*\s/, "")}` : before;
  const end =
    after.length > AROUND_MAX ? `${after.slice(0, AROUND_MAX).replace(/\s\S*$/, "")} …` : after;
  return [start, hit, end];
}

/** "Agrees · valid to 20 Dec 2026", as far as the dates go. */
export function datesOf(document: Document): string {
  const { valid_from: from, valid_until: until, offer } = document.content;
  const last = until ?? offer?.ends;
  const first = from ?? offer?.starts;
  if (first && last) return `valid ${dayWords(first)} to ${dayWords(last)}`;
  if (last) return `valid to ${dayWords(last)}`;
  return first ? `valid from ${dayWords(first)}` : "no end date";
}
