import type { MetricResult } from "../../api/client";
import { LOCALE, percent, points } from "../../kit";

const MINUS = "\u2212";
const SMALL_RATE = 0.02; // Below it one digit would hide what a guardrail is about.

/** How the figures of one metric read: shares in percent and points, means as they are. */
export interface Figures {
  isShare: boolean;
  value: (mean: number) => string;
  /** With its sign. */
  difference: (difference: number) => string;
  tick: (value: number) => string;
  unit: string;
  /** The axis never gets narrower than this on both sides. */
  leastAxis: number;
}

/** The figures of a metric, with as many digits as its largest value needs. */
export function figuresOf(rows: readonly MetricResult[]): Figures {
  const largest = Math.max(0, ...rows.map((row) => Math.abs(row.mean ?? 0)));
  if (rows[0]?.kind !== "mean") {
    const digits = largest < SMALL_RATE ? 2 : 1;
    return {
      isShare: true,
      value: (mean) => percent(mean, digits),
      difference: (difference) => points(difference, digits),
      tick: (value) => tickOf(value * 100),
      unit: "points",
      leastAxis: largest < SMALL_RATE ? 0.005 : 0.02,
    };
  }
  const format = (value: number) => numberOf(value, 2);
  return {
    isShare: false,
    value: format,
    difference: (difference) => `${difference > 0 ? "+" : ""}${format(difference)}`,
    tick: tickOf,
    unit: "",
    leastAxis: largest > 0 ? largest * 0.02 : 1,
  };
}

function numberOf(value: number, digits: number): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(LOCALE, options).format(value).replace("-", MINUS);
}

/** "+4", "0", "−0.5": as few digits as a round tick needs. */
function tickOf(value: number): string {
  const text = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 3 }).format(Math.abs(value));
  if (text === "0") return text;
  return `${value < 0 ? MINUS : "+"}${text}`;
}

/** A p-value: three digits, and never 0. */
export function pValue(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}
