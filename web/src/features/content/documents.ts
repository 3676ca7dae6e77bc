import { CircleCheck, CircleDashed, Clock, TriangleAlert, CircleX } from "lucide-react";
import type {
  Document,
  DocumentContent,
  DocumentState,
  DocumentType,
  Offer,
} from "../../api/client";
import type { Status } from "../../kit";

export const TYPES: readonly DocumentType[] = ["fact", "offer", "style", "legal"];
export const STATES: readonly DocumentState[] = ["draft", "approved", "scheduled", "expired"];
export const TYPE_WORDS: Record<DocumentType, string> = {
  fact: "Fact",
  offer: "Offer",
  style: "Style",
  legal: "Legal",
};

const STATUS: Record<DocumentState, Status> = {
  draft: { tone: "warn", word: "Draft", icon: CircleDashed },
  approved: { tone: "good", word: "Approved", icon: CircleCheck },
  scheduled: { tone: "info", word: "Scheduled", icon: Clock },
  expired: { tone: "neutral", word: "Expired", icon: CircleX },
};

/** An approved document that contradicts another is not used, so it is never green. */
export function statusOfDocument(document: Pick<Document, "state" | "set_aside">): Status {
  if (document.state === "approved" && document.set_aside !== undefined)
    return { tone: "warn", word: "Set aside", icon: TriangleAlert };
  return STATUS[document.state];
}

export function stateWord(state: DocumentState): string {
  return STATUS[state].word;
}

/** What the fields of the form hold: everything as it is typed. */
export interface Draft {
  title: string;
  type: DocumentType;
  language: string;
  text: string;
  from: string;
  until: string;
  segments: string;
  facts: string;
  unit: Offer["unit"];
  amount: string;
  code: string;
  appliesTo: string;
  minimum: string;
  starts: string;
  ends: string;
}

export const UNITS: readonly { value: Offer["unit"]; label: string }[] = [
  { value: "percent", label: "Percent off" },
  { value: "money", label: "Money off" },
  { value: "free_shipping", label: "Free delivery" },
  { value: "gift", label: "Gift" },
];

/** A draft under the labels of the form. */
export function fieldsOf(draft: Draft): Record<string, string> {
  const fields = {
    Title: draft.title,
    Type: TYPE_WORDS[draft.type],
    Language: draft.language,
    Text: draft.text,
    "First day it may be used": draft.from,
    "Last day it may be used": draft.until,
    Segments: draft.segments,
    "Named facts": draft.facts,
  };
  if (draft.type !== "offer") return fields;
  return {
    ...fields,
    Offer: UNITS.find((unit) => unit.value === draft.unit)?.label ?? "",
    Amount: draft.amount,
    Code: draft.code,
    "On what": draft.appliesTo,
    "Smallest order": draft.minimum,
    "Offer starts": draft.starts,
    "Offer ends": draft.ends,
  };
}

export const NEW_DRAFT: Draft = {
  title: "",
  type: "fact",
  language: "en",
  text: "",
  from: "",
  until: "",
  segments: "",
  facts: "",
  unit: "percent",
  amount: "",
  code: "",
  appliesTo: "",
  minimum: "",
  starts: "",
  ends: "",
};

export function draftOf(content: DocumentContent): Draft {
  const { offer } = content;
  const amount = {
    percent: String(offer?.percent ?? ""),
    money: offer?.amount ? moneyText(offer.amount) : "",
    gift: offer?.gift ?? "",
    free_shipping: "",
  };
  return {
    title: content.title,
    type: content.type,
    language: content.language ?? "en",
    text: content.text,
    from: content.valid_from ?? "",
    until: content.valid_until ?? "",
    segments: (content.segments ?? []).join(", "),
    facts: (content.facts ?? []).map((fact) => `${fact.key}: ${fact.value}`).join("\n"),
    unit: offer?.unit ?? "percent",
    amount: amount[offer?.unit ?? "percent"],
    code: offer?.code ?? "",
    appliesTo: offer?.applies_to ?? "",
    minimum: offer?.minimum ? moneyText(offer.minimum) : "",
    starts: offer?.starts ?? "",
    ends: offer?.ends ?? "",
  };
}

function moneyText(amount: { cents: number; currency: string }): string {
  return `${(amount.cents / 100).toFixed(2)} ${amount.currency}`;
}

const SYMBOLS: Record<string, string> = { "£": "GBP", "€": "EUR", $: "USD" };

/** "£30", "30 GBP" or "30.50 EUR" as cents; null when it is no amount. */
export function moneyOf(text: string): { cents: number; currency: string } | null {
  const found = /^([£€$])?\s*(\d+(?:[.,]\d{1,2})?)\s*([A-Za-z]{3})?$/.exec(text.trim());
  const currency = found?.[3]?.toUpperCase() ?? SYMBOLS[found?.[1] ?? ""];
  if (!found?.[2] || !currency) return null;
  return { cents: Math.round(Number(found[2].replace(",", ".")) * 100), currency };
}

export type Faults = Partial<Record<keyof Draft, string>>;

/** The content that a draft means, or what is wrong in which field. Fields without an input are kept. */
export function contentOf(
  draft: Draft,
  kept?: DocumentContent,
): { content: DocumentContent } | { faults: Faults } {
  const faults: Faults = {};
  if (draft.title.trim() === "") faults.title = "A title is needed.";
  if (draft.text.trim() === "") faults.text = "A text is needed.";
  const facts = draft.facts
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const at = line.indexOf(":");
      return { key: line.slice(0, Math.max(at, 0)).trim(), value: line.slice(at + 1).trim() };
    });
  if (facts.some((fact) => !/^[a-z][a-z0-9_]{0,63}$/.test(fact.key) || fact.value === ""))
    faults.facts = "One a line, like: return_days: 30 days. Names have small letters and _.";
  if (draft.from && draft.until && draft.until < draft.from)
    faults.until = "The last day lies before the first.";
  const offer = draft.type === "offer" ? offerOf(draft, faults, kept?.offer) : undefined;
  if (Object.keys(faults).length > 0) return { faults };
  const segments = draft.segments.split(",").map((word) => word.trim());
  const words = segments.filter((word) => word !== "");
  return {
    content: {
      ...(kept?.name ? { name: kept.name } : {}),
      ...(kept?.channels ? { channels: kept.channels } : {}),
      title: draft.title.trim(),
      type: draft.type,
      language: draft.language.trim() || "en",
      text: draft.text.trim(),
      ...(draft.from ? { valid_from: draft.from } : {}),
      ...(draft.until ? { valid_until: draft.until } : {}),
      ...(words.length > 0 ? { segments: words } : {}),
      ...(facts.length > 0 ? { facts } : {}),
      ...(offer ? { offer } : {}),
    },
  };
}

function offerOf(draft: Draft, faults: Faults, kept: Offer | undefined): Offer {
  const offer: Offer = { unit: draft.unit };
  if (draft.unit === "percent") {
    const percent = Number(draft.amount.replace("%", "").trim());
    if (!(percent > 0 && percent <= 100)) faults.amount = "A number above 0, up to 100.";
    offer.percent = percent;
  }
  if (draft.unit === "money") {
    const amount = moneyOf(draft.amount);
    if (amount) offer.amount = amount;
    else faults.amount = "An amount such as £10 or 10 GBP.";
  }
  if (draft.unit === "gift") {
    if (draft.amount.trim() === "") faults.amount = "What is given?";
    offer.gift = draft.amount.trim();
  }
  if (draft.minimum.trim() !== "") {
    const minimum = moneyOf(draft.minimum);
    if (minimum) offer.minimum = minimum;
    else faults.minimum = "An amount such as £30 or 30 GBP.";
  }
  if (draft.code.trim() !== "") offer.code = draft.code.trim();
  if (draft.appliesTo.trim() !== "") offer.applies_to = draft.appliesTo.trim();
  if (draft.starts) offer.starts = draft.starts;
  if (draft.ends) offer.ends = draft.ends;
  if (kept?.audience) offer.audience = kept.audience;
  if (draft.starts && draft.ends && draft.ends < draft.starts)
    faults.ends = "The last day lies before the first.";
  return offer;
}

/** Why a person may not approve a document; undefined when nothing speaks against it. */
export function whyNotApproveDocument(
  person: { id: string; mayReview: boolean },
  document: Pick<Document, "state" | "edited_by">,
): string | undefined {
  if (document.state === "approved" || document.state === "scheduled") return "Approved already.";
  if (document.state === "expired") return "Expired: an edit brings it back as a draft.";
  if (!person.mayReview) return "Your role may not approve. A reviewer does.";
  if (document.edited_by === person.id)
    return "You wrote this version: another reviewer approves it.";
  return undefined;
}

/** A text with the words of a query marked: [text, is marked] in order. */
export function markedWords(text: string, query: string): [string, boolean][] {
  const words = query
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (words.length === 0) return [[text, false]];
  return text
    .split(new RegExp(`(\\b(?:${words.join("|")})\\w*)`, "giu"))
    .map((part, index): [string, boolean] => [part, index % 2 === 1])
    .filter(([part]) => part !== "");
}
