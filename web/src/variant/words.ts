import type { Variant } from "../api/client";

/** "social_proof" as people say it: "Social proof". */
export function spoken(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A subject, or the start of the text where the channel has none. */
export function headOf(variant: Pick<Variant, "subject" | "text">): string {
  return variant.subject || firstWords(variant.text);
}

/** The first sentence behind the greeting: what tells one message from another. */
export function firstWords(text: string): string {
  const [first = "", second] = text.split(/\n\s*\n/);
  const isGreeting = second !== undefined && first.trim().endsWith(",");
  return (isGreeting ? second : first).replaceAll(/\s+/g, " ").trim();
}

/** A sentence as a sentence: a capital at its start, a stop at its end. */
export function sentence(text: string): string {
  const whole = text.trim();
  if (whole === "") return "";
  return whole.charAt(0).toUpperCase() + whole.slice(1) + (/[.!?]$/.test(whole) ? "" : ".");
}

/** 20 Dec 2026 of 2026-12-20; days have no time zone. */
export function dayWords(day: string): string {
  return new Date(`${day}T12:00:00Z`).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
}
