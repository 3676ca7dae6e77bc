import type { Analysis, Experiment, MetricResult } from "../../api/client";

/** One row as the server gives it, for tests. */
export function resultOf(change: Partial<MetricResult>): MetricResult {
  return {
    metric: "conversion",
    kind: "proportion",
    arm: "control",
    units: 1_000,
    sum: 90,
    sum_of_squares: 90,
    mean: 0.09,
    mean_low: 0.07,
    mean_high: 0.11,
    difference: null,
    difference_low: null,
    difference_high: null,
    newcombe_low: null,
    newcombe_high: null,
    relative_lift: null,
    relative_low: null,
    relative_high: null,
    p_value: null,
    adjusted_p_value: null,
    adjusted_low: null,
    adjusted_high: null,
    reason: null,
    ...change,
  };
}

export const WINNING = resultOf({
  arm: "friendly",
  sum: 150,
  mean: 0.15,
  difference: 0.06,
  adjusted_low: 0.023,
  adjusted_high: 0.098,
  adjusted_p_value: 0.0002,
});
export const OPEN = resultOf({
  arm: "urgent",
  mean: 0.104,
  difference: 0.014,
  adjusted_low: -0.02,
  adjusted_high: 0.049,
});

/** A complete analysis with a winner, changed as a test needs it. */
export function analysisWith(change: Partial<Analysis>): Analysis {
  return {
    experiment: "win-back-s0",
    advice: "ship",
    sentence: "Ship 'friendly': conversion is 15 % instead of 9 % in control.",
    winner: "friendly",
    control: "control",
    alpha: 0.05,
    primary_metric: "conversion",
    planned_per_arm: 900,
    is_planned_sample_reached: true,
    sample_ratio: {
      statistic: 0.33,
      degrees_of_freedom: 2,
      p_value: 0.85,
      is_mismatch: false,
      sentence: "Sample ratio as planned.",
    },
    results: [resultOf({}), WINNING, OPEN],
    ignored: {},
    notices: [],
    ...change,
  };
}

export function experimentWith(change: Partial<Experiment>): Experiment {
  const arm = (key: string) => ({
    key,
    variant: `variant-${key}`,
    weight: 1 / 3,
    range: [0, 1] as [number, number],
    text_hash: "",
    is_approved: true,
    message: null,
  });
  return {
    id: "1",
    version: 3,
    key: "win-back-s0",
    state: "running",
    description: "Average spenders",
    segmentation_run: "2",
    segment: 0,
    arms: [arm("control"), arm("friendly"), arm("urgent")],
    control: "control",
    seed: "win-back-s0",
    hash_version: 2,
    coverage: 1,
    plan: {
      metric: "conversion",
      assumptions: {
        baseline: 0.09,
        minimum_lift: 0.5,
        alpha: 0.05,
        power: 0.8,
        units_per_day: 500,
        attribution_days: 7,
      },
      comparisons: 2,
      needed_per_arm: 900,
      needed_total: 2_700,
      available: 4_000,
      days: 14,
      detectable_lift: 0.4,
      is_feasible: true,
      sentence: "A lift of 50 % needs 900 people per arm.",
    },
    allowed: ["pause", "stop"],
    started_at: "2026-11-05T09:00:00Z",
    stopped_at: null,
    shipped_arm: null,
    created_by: "maren",
    created_at: "2026-11-03T09:00:00Z",
    updated_at: "2026-11-05T09:00:00Z",
    ...change,
  };
}
