import type { Analysis } from "../../api/analysis";
import type { RowVerdict } from "../../api/verdict";
import type { Experiment } from "../../api/client";
import { isGuardrail, nameOfKey, rowVerdict } from "../../api/verdict";
import type { Tone } from "../../kit";

const TITLE_MAX = 90;

/** What an experiment is called: its description when that is short, else its key. */
export function titleOf(experiment: Experiment): string {
  const first = experiment.description.split("\n")[0]?.trim() ?? "";
  return first !== "" && first.length <= TITLE_MAX ? first : nameOfKey(experiment.key);
}

export const VERDICT_WORDS: Record<RowVerdict, { tone: Tone; word: string }> = {
  baseline: { tone: "neutral", word: "Baseline" },
  untested: { tone: "neutral", word: "Not compared" },
  distrusted: { tone: "neutral", word: "No verdict" },
  harm: { tone: "bad", word: "Worse" },
  "no-harm": { tone: "neutral", word: "No rise shown" },
  early: { tone: "neutral", word: "Too early" },
  wins: { tone: "good", word: "Wins" },
  better: { tone: "good", word: "Better" },
  worse: { tone: "bad", word: "Worse" },
  none: { tone: "neutral", word: "No winner" },
};

/** Icon and word of the soundness of the data, apart from what they say. */
export function healthOf(analysis: Analysis | null): { tone: Tone; word: string } {
  if (analysis === null) return { tone: "neutral", word: "Not started" };
  if (analysis.sample_ratio.is_mismatch) return { tone: "bad", word: "Split broken" };
  if (analysis.advice === "do_not_trust") return { tone: "bad", word: "Not sound" };
  const hasHarm = analysis.results.some(
    (result) => isGuardrail(result.metric) && rowVerdict(analysis, result) === "harm",
  );
  if (hasHarm) return { tone: "bad", word: "Guardrail broken" };
  if (analysis.sample_ratio.degrees_of_freedom === 0)
    return { tone: "neutral", word: "Too few to check" };
  return { tone: "good", word: "Sound" };
}

/** The first sentence of a text and the rest of it; together they are the text. */
export function splitSentence(text: string): [string, string] {
  const end = /[.!?]\s+(?=[A-Z'])/.exec(text);
  if (!end) return [text, ""];
  const at = end.index + end[0].length;
  return [text.slice(0, at).trimEnd(), text.slice(at)];
}
