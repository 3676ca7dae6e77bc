/** One arm on one metric. What is undefined is null, and `reason` says why. */
export interface MetricResult {
  metric: string;
  kind: "proportion" | "mean" | "ratio";
  arm: string;
  units: number;
  sum: number;
  mean: number | null;
  mean_low: number | null;
  mean_high: number | null;
  difference: number | null;
  relative_lift: number | null;
  p_value: number | null;
  adjusted_p_value: number | null;
  adjusted_low: number | null;
  adjusted_high: number | null;
  reason: string | null;
}

export type Advice = "ship" | "keep_going" | "no_difference" | "stop" | "do_not_trust";

/** What screens read of an analysis, as far as the contract leaves it open; the server computes it, nothing is derived here. */
export interface Analysis {
  advice: Advice;
  sentence: string;
  winner: string | null;
  control: string;
  alpha: number;
  primary_metric: string;
  planned_per_arm: number;
  is_planned_sample_reached: boolean;
  sample_ratio: {
    statistic: number;
    degrees_of_freedom: number;
    p_value: number;
    is_mismatch: boolean;
    sentence: string;
  };
  results: readonly MetricResult[];
  /** Events that do not count, by reason. */
  ignored: Record<string, number>;
  notices: readonly string[];
}

/** The analysis of a Results answer; null when there is none yet. */
export function analysisOf(json: unknown): Analysis | null {
  if (typeof json !== "object" || json === null || !("advice" in json)) return null;
  return json as Analysis;
}

/** The sample-size plan of an experiment. */
export interface ExperimentPlan {
  metric: string;
  assumptions: {
    baseline: number;
    minimum_lift: number;
    alpha: number;
    power: number;
    units_per_day: number;
    attribution_days: number;
  };
  comparisons: number;
  needed_per_arm: number;
  needed_total: number;
  available: number;
  days: number;
  detectable_lift: number | null;
  is_feasible: boolean;
  sentence: string;
}

/** The plan of an experiment; null when it has none. */
export function planOf(json: unknown): ExperimentPlan | null {
  if (typeof json !== "object" || json === null || !("needed_per_arm" in json)) return null;
  return json as ExperimentPlan;
}
