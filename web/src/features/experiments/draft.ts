import type { Experiment, ExperimentChange } from "../../api/client";
import { nameOfKey } from "../../api/verdict";

/** What stands in the fields: percent, as typed. */
export interface Draft {
  description: string;
  coverage: string;
  weights: string[];
}

const SUM_SLACK = 0.005; // Of a percent: 33.33 + 33.33 + 33.34.

export function draftOf(experiment: Experiment): Draft {
  return {
    description: experiment.description,
    coverage: percentText(experiment.coverage),
    weights: experiment.arms.map((arm) => percentText(arm.weight)),
  };
}

/** A draft under the labels of the form. */
export function fieldsOf(experiment: Experiment, draft: Draft): Record<string, string> {
  const weights = experiment.arms.map((arm, index) => [
    `Weight of ${nameOfKey(arm.key)}, %`,
    draft.weights[index] ?? "",
  ]);
  return {
    Description: draft.description,
    "Coverage, % of the segment": draft.coverage,
    ...Object.fromEntries(weights),
  };
}

/** The sum of the weights in percent; null while one of them is no number. */
export function totalOf(draft: Draft): number | null {
  const numbers = draft.weights.map(numberOf);
  return numbers.every((value) => value !== null) ? numbers.reduce((a, b) => a + b, 0) : null;
}

/** The fields that differ, as the server takes them; or why they cannot be sent. */
export function changeOf(
  experiment: Experiment,
  draft: Draft,
): { change: ExperimentChange | null; error: string | undefined } {
  const before = draftOf(experiment);
  const change: ExperimentChange = {};
  if (draft.description !== before.description) change.description = draft.description;
  if (draft.coverage !== before.coverage) {
    const coverage = numberOf(draft.coverage);
    if (coverage === null || coverage <= 0 || coverage > 100)
      return { change: null, error: "Coverage is above 0 and at most 100" };
    change.coverage = coverage / 100;
  }
  if (draft.weights.some((weight, index) => weight !== before.weights[index])) {
    const total = totalOf(draft);
    const weights = draft.weights.map((weight) => numberOf(weight) ?? 0);
    if (total === null || weights.some((weight) => weight <= 0))
      return { change: null, error: "Every arm needs a weight above 0" };
    if (Math.abs(total - 100) > SUM_SLACK)
      return { change: null, error: "The weights must add up to 100" };
    change.weights = weights.map((weight) => weight / total);
  }
  return { change: Object.keys(change).length === 0 ? null : change, error: undefined };
}

function percentText(share: number): string {
  return String(Math.round(share * 10_000) / 100);
}

function numberOf(text: string): number | null {
  const value = Number(text.replace(",", ".").trim());
  return text.trim() === "" || !Number.isFinite(value) ? null : value;
}
