import type { Analysis, Experiment } from "../../api/client";
import { exposedOf, primaryRows } from "../../api/verdict";

export interface BalanceRow {
  arm: string;
  weight: number;
  planned: number;
  counted: number;
}

/** People counted in each arm beside what the weights make of their sum. */
export function balanceOf(experiment: Experiment, analysis: Analysis): readonly BalanceRow[] {
  const total = exposedOf(analysis);
  const units = new Map(primaryRows(analysis).map((row) => [row.arm, row.units]));
  return experiment.arms.map((arm) => ({
    arm: arm.key,
    weight: arm.weight,
    planned: arm.weight * total,
    counted: units.get(arm.key) ?? 0,
  }));
}
