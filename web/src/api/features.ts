import { count, LOCALE, percent } from "../kit/numbers";
import type { Customer } from "./client";

/** How the numbers of a feature read. */
type Unit = "days" | "share" | "money" | "plain" | "degree";

/** Name and unit of the features that the server computes from orders (docs/features.md). */
const KNOWN: Record<string, readonly [words: string, unit: Unit]> = {
  recency_days: ["Days since last purchase", "days"],
  frequency: ["Purchase orders", "plain"],
  monetary: ["Net revenue", "money"],
  average_order_value: ["Average order value", "money"],
  items_per_order: ["Pieces per order", "plain"],
  tenure_days: ["Days since first purchase", "days"],
  interpurchase_mean_days: ["Days between orders", "days"],
  interpurchase_regularity: ["Regularity of orders (0–1)", "degree"],
  returns_share: ["Share returned", "share"],
  distinct_products: ["Different products", "plain"],
  recent_90d_share: ["Revenue in the last 90 days", "share"],
  active_months: ["Months with an order", "plain"],
  weekday_concentration: ["Orders on one weekday (0–1)", "degree"],
  hour_concentration: ["Orders at one hour (0–1)", "degree"],
};

/** The order in which people want to see them. */
export const KNOWN_FEATURES: readonly string[] = Object.keys(KNOWN);

/** The words of a feature; a column of the reader's own file keeps its name. */
export function featureWords(feature: string): string {
  return KNOWN[feature]?.[0] ?? feature.replaceAll("_", " ");
}

/** What is known of a customer: a number, yes or no, a day or moment, a category. */
export type FeatureValue = Customer["features"][string];

/** A value in the unit of its feature: "250", "31 %", "229.40", "0.36", "yes", "31 Dec 2024". */
export function featureValue(feature: string, value: FeatureValue): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return DAY.test(value) ? momentWords(value) : value;
  switch (KNOWN[feature]?.[1]) {
    case "days":
      return value < 10 ? short(value) : count(value);
    case "share":
      return percent(value, value > 0 && value < 0.1 ? 1 : 0);
    case "money":
      return money(value);
    case "degree":
      return value.toFixed(2);
    default:
      return short(value);
  }
}

/** As the server writes a day, and a moment. */
const DAY = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/;

/** In UTC, as the file had it. */
function momentWords(value: string): string {
  return new Date(value).toLocaleString(LOCALE, {
    timeZone: "UTC",
    dateStyle: "medium",
    ...(value.includes("T") ? { timeStyle: "short" as const } : {}),
  });
}

/** All that is known of any of the customers, in the order in which it comes. */
export function featuresOf(customers: readonly Customer[]): string[] {
  return [...new Set(customers.flatMap((customer) => Object.keys(customer.features)))];
}

/** Amounts have the currency of the file, which nobody told us. */
function money(value: number): string {
  return new Intl.NumberFormat("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 })
    .format(value)
    .replace("-", "\u2212");
}

function short(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1_000) return count(value);
  return value.toFixed(Math.abs(value) < 10 ? 1 : 0).replace("-", "\u2212");
}

/** An effect in standard deviations: "+0.97 sd". */
export function effectWords(effect: number): string {
  const text = Math.abs(effect).toFixed(2);
  if (Number(text) === 0) return `${text} sd`;
  return `${effect < 0 ? "\u2212" : "+"}${text} sd`;
}
