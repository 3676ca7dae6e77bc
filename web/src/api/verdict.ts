import type { Analysis, MetricResult } from "./client";

/** Metrics that must not rise; docs/experiments.md names them, the answer does not mark them. */
const GUARDRAILS: readonly string[] = ["unsubscribe", "unsubscribes", "complaint", "complaints"];

/** What a row of the results says of its arm. */
export type RowVerdict =
  | "baseline" // control
  | "untested" // the server could not compare it
  | "distrusted" // broken split or double exposure: no row has a verdict
  | "harm" // a guardrail rose; said at every look
  | "no-harm"
  | "early" // before the planned sample no winner is named
  | "wins"
  | "better"
  | "worse"
  | "none";

export function isGuardrail(metric: string): boolean {
  return GUARDRAILS.includes(metric);
}

/**
 * The verdict of one row, in the order of the server's own rule: its interval, its planned sample,
 * its winner. Nothing is tested here.
 */
export function rowVerdict(analysis: Analysis, result: MetricResult): RowVerdict {
  const { adjusted_low: low, adjusted_high: high } = result;
  if (result.arm === analysis.control) return "baseline";
  if (low === null || high === null) return "untested";
  if (analysis.advice === "do_not_trust") return "distrusted";
  if (isGuardrail(result.metric)) return low > 0 ? "harm" : "no-harm";
  if (!analysis.is_planned_sample_reached) return "early";
  if (result.arm === analysis.winner && result.metric === analysis.primary_metric) return "wins";
  if (low > 0) return "better";
  return high < 0 ? "worse" : "none";
}

/** An arm has its colour only where its interval leaves zero out and the server stands by it. */
export function hasColour(verdict: RowVerdict): boolean {
  return ["baseline", "wins", "better", "worse", "harm"].includes(verdict);
}

/** Rows of the primary metric, in the order of the server. */
export function primaryRows(analysis: Analysis): readonly MetricResult[] {
  return analysis.results.filter((result) => result.metric === analysis.primary_metric);
}

/** Units of the smallest arm: what decides when a winner may be named. */
export function smallestArm(analysis: Analysis): number {
  const units = primaryRows(analysis).map((result) => result.units);
  return units.length === 0 ? 0 : Math.min(...units);
}

/** People counted in all arms. */
export function exposedOf(analysis: Analysis): number {
  return primaryRows(analysis).reduce((sum, result) => sum + result.units, 0);
}

/** The winner, else the arm furthest above control on the primary metric; null without figures. */
export function leadingRow(analysis: Analysis): MetricResult | null {
  const rows = primaryRows(analysis).filter(
    (row) => row.arm !== analysis.control && row.difference !== null,
  );
  const winner = rows.find((row) => row.arm === analysis.winner);
  if (winner) return winner;
  return rows.reduce<MetricResult | null>(
    (best, row) => ((row.difference ?? 0) > (best?.difference ?? -Infinity) ? row : best),
    null,
  );
}

/** Place of an arm: control is 0, the others follow in their order. It chooses shape and colour. */
export function armIndex(arms: readonly string[], control: string, arm: string): number {
  if (arm === control) return 0;
  return 1 + arms.filter((each) => each !== control).indexOf(arm);
}

/** "social_proof" is "Social proof". */
export function nameOfKey(key: string): string {
  const words = key.replaceAll(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
