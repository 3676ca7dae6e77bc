import type { Analysis, MetricResult } from "../../api/client";
import { rowVerdict } from "../../api/verdict";
import { VERDICT_WORDS } from "./words";

const COLUMNS: readonly (keyof MetricResult)[] = [
  "metric",
  "kind",
  "arm",
  "units",
  "sum",
  "mean",
  "mean_low",
  "mean_high",
  "difference",
  "adjusted_low",
  "adjusted_high",
  "relative_lift",
  "p_value",
  "adjusted_p_value",
  "reason",
];

/** Every figure of an analysis as the server gave it, one line per metric and arm. */
export function csvOf(analysis: Analysis): string {
  const lines = analysis.results.map((result) =>
    [...COLUMNS.map((column) => result[column]), VERDICT_WORDS[rowVerdict(analysis, result)].word]
      .map(cell)
      .join(","),
  );
  return [[...COLUMNS, "verdict"].join(","), ...lines, ""].join("\r\n");
}

function cell(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Hands a text to the browser as a file. */
export function download(name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
