/** How numbers and times read everywhere. Language and day order are those of British English. */
export const LOCALE = "en-GB";
const MINUS = "\u2212";
const NARROW_SPACE = "\u202f";

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });

/** 4,338 */
export function count(value: number): string {
  return whole.format(value).replace("-", MINUS);
}

/** A share 0 … 1 as "14.2 %". */
export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits).replace("-", MINUS)}${NARROW_SPACE}%`;
}

/** A difference of shares in percentage points: "+6.0", "−2.0", "0.0". */
export function points(difference: number, digits = 1): string {
  const text = (Math.abs(difference) * 100).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${difference < 0 ? MINUS : "+"}${text}`;
}

/** Integer cents as money: (1234, "GBP") is "£12.34". */
export function money(cents: number, currency: string): string {
  return new Intl.NumberFormat(LOCALE, { style: "currency", currency }).format(cents / 100);
}

/** "1 job", "3 jobs"; irregular plurals are given. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A duration in words as short as they are true: "840 ms", "12 s", "3 min 05 s", "2 h 10 min". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${ms < 10_000 ? (ms / 1_000).toFixed(1) : seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** How long ago: "just now", "40 s ago", "5 h ago", later the date: "18 Nov", "18 Nov 2025". */
export function ago(at: Date, now: Date): string {
  const seconds = Math.floor((now.getTime() - at.getTime()) / 1_000);
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  if (seconds < 7 * 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  return at.toLocaleDateString(LOCALE, {
    day: "numeric",
    month: "short",
    ...(at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }),
  });
}

/** 14:02:11 */
export function clock(at: Date): string {
  return at.toLocaleTimeString(LOCALE);
}

/** Thursday 19 November 2026 at 14:02:11 GMT, for the hover of a relative time. */
export function moment(at: Date): string {
  return at.toLocaleString(LOCALE, { dateStyle: "full", timeStyle: "long" });
}
