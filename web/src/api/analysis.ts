/** What screens read of an analysis, as far as the contract leaves it open; the server computes it, nothing is derived here. */
export interface Analysis {
  advice: "ship" | "keep_going" | "no_difference" | "stop" | "do_not_trust";
  sentence: string;
  winner: string | null;
  primary_metric: string;
  planned_per_arm: number;
  results: readonly {
    metric: string;
    arm: string;
    units: number;
    difference: number | null;
    adjusted_low: number | null;
    adjusted_high: number | null;
  }[];
}

/** The analysis of a Results answer; null when there is none yet. */
export function analysisOf(json: unknown): Analysis | null {
  if (typeof json !== "object" || json === null || !("advice" in json)) return null;
  return json as Analysis;
}
