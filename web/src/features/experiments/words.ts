import type { Analysis, Experiment } from "../../api/client";
import type { RowVerdict } from "../../api/verdict";
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
export function healthOf(analysis: Analysis): { tone: Tone; word: string } {
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

/**
 * The head of a verdict and the rest of it: the first sentence, and of that what stands before a
 * bracket. Together they are the text, word for word.
 */
export function splitSentence(text: string): [string, string] {
  const end = / \(|[.!?]\s+(?=[A-Z'])/.exec(text);
  if (!end) return [text, ""];
  const at = end[0] === " (" ? end.index : end.index + 1;
  return [text.slice(0, at), text.slice(at).trimStart()];
}

/** Of a plan that is not feasible, instead of a number of days that nobody will wait. */
export const TOO_FEW = "Too few people for this lift";

/** Of a panel over the people of an experiment while there are none. */
export const NOBODY = {
  text: "Nobody was exposed yet. Your shop asks for assignments and sends what people saw and did.",
};
