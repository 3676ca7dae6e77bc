import type { Analysis, MetricResult } from "../../api/client";
import { hasColour, isGuardrail, rowVerdict, type RowVerdict } from "../../api/verdict";
import { axisOf, type Axis } from "../../kit";
import { figuresOf, type Figures } from "./figures";

export interface ArmRow {
  result: MetricResult;
  verdict: RowVerdict;
  isGrey: boolean;
}

export interface MetricRows {
  metric: string;
  role: "primary" | "secondary" | "guardrail";
  rows: readonly ArmRow[];
  figures: Figures;
  axis: Axis;
}

const METRIC_NAMES: Record<string, string> = {
  ctr: "Clicks per exposure",
  conversion: "Conversion",
  revenue: "Revenue per person",
  engagement: "Engagement per person",
  unsubscribe: "Unsubscribed",
};

export function metricName(metric: string): string {
  return METRIC_NAMES[metric] ?? metric;
}

const ORDER = { primary: 0, secondary: 1, guardrail: 2 };

/**
 * The metrics with something recorded, the primary one first and always there, guardrails last.
 * Metrics in percentage points share one axis; guardrails, whose effects are tiny, have one of their
 * own, and so has each mean.
 */
export function metricsOf(analysis: Analysis): readonly MetricRows[] {
  const names = [...new Set(analysis.results.map((result) => result.metric))];
  const groups = names
    .map((metric) => groupOf(analysis, metric))
    .filter((group) => group.role === "primary" || hasRecords(group.rows))
    .sort((a, b) => ORDER[a.role] - ORDER[b.role]);
  const axisGroup = (group: (typeof groups)[number]) =>
    group.figures.isShare ? `share-${group.role === "guardrail"}` : group.metric;
  return groups.map((group) => {
    const shared = groups.filter((other) => axisGroup(other) === axisGroup(group));
    const intervals = shared.flatMap(({ rows }) => rows.map(({ result }) => intervalOf(result)));
    const least = Math.max(...shared.map(({ figures }) => figures.leastAxis));
    return { ...group, axis: axisOf(intervals, least) };
  });
}

/** Names of the metrics for which nothing was recorded in any arm. */
export function emptyMetrics(analysis: Analysis): readonly string[] {
  const shown = new Set(metricsOf(analysis).map((group) => group.metric));
  const names = new Set(analysis.results.map((result) => result.metric));
  return [...names].filter((metric) => !shown.has(metric)).map(metricName);
}

/** The interval of a row that the verdict rests on: adjusted for all comparisons. */
export function intervalOf(result: MetricResult) {
  return { low: result.adjusted_low, at: result.difference, high: result.adjusted_high };
}

function groupOf(analysis: Analysis, metric: string) {
  const results = analysis.results.filter((result) => result.metric === metric);
  const rows = results.map((result) => {
    const verdict = rowVerdict(analysis, result);
    return { result, verdict, isGrey: !hasColour(verdict) };
  });
  const role =
    metric === analysis.primary_metric
      ? ("primary" as const)
      : isGuardrail(metric)
        ? ("guardrail" as const)
        : ("secondary" as const);
  return { metric, role, rows, figures: figuresOf(results) };
}

function hasRecords(rows: readonly ArmRow[]): boolean {
  return rows.some((row) => row.result.sum !== 0);
}
