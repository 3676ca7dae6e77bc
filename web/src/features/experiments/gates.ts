import type { Analysis, Experiment } from "../../api/client";
import { exposedOf, isGuardrail, nameOfKey, rowVerdict, smallestArm } from "../../api/verdict";
import { count, counted } from "../../kit";
import { figuresOf, pValue } from "./figures";

export interface Gate {
  id: string;
  name: string;
  state: "pass" | "fail" | "wait";
  figure: string;
}

const DAY_MS = 86_400_000;
const OTHER_ARM = /two arms|another arm than its own/;

/** Which day it is of how many were planned; day 0 before the start. */
export function dayOf(experiment: Experiment, now: Date): { day: number; of: number } {
  const of = experiment.plan.days;
  if (experiment.started_at === null) return { day: 0, of };
  const end = experiment.stopped_at === null ? now.getTime() : Date.parse(experiment.stopped_at);
  const ms = Math.max(0, end - Date.parse(experiment.started_at));
  return { day: Math.floor(ms / DAY_MS) + 1, of };
}

/** "day 3 of 14", or "day 20, 14 planned". */
export function dayWords({ day, of }: { day: number; of: number }): string {
  if (of === 0) return `day ${count(day)}`;
  return day > of ? `day ${count(day)}, ${count(of)} planned` : `day ${count(day)} of ${count(of)}`;
}

/** How much of the needed sample the smallest arm has, 0 … 1; null when none was planned. */
export function sampleShare(analysis: Analysis): number | null {
  if (analysis.planned_per_arm === 0) return null;
  return Math.min(1, smallestArm(analysis) / analysis.planned_per_arm);
}

/** What must hold before a result is one: each passes, fails or is not there yet, with its figure. */
export function gatesOf(experiment: Experiment, analysis: Analysis, now: Date): readonly Gate[] {
  return [
    splitGate(analysis),
    sampleGate(analysis),
    daysGate(experiment, now),
    onceGate(analysis),
    ...guardrailGates(analysis),
    wordsGate(experiment),
  ];
}

function splitGate({ sample_ratio: ratio }: Analysis): Gate {
  const gate = { id: "split", name: "Split as planned" };
  if (ratio.degrees_of_freedom === 0)
    return { ...gate, state: "wait", figure: "too few people to check" };
  const figure = `χ² ${ratio.statistic.toFixed(2)}, ${ratio.degrees_of_freedom} df, p ${pValue(ratio.p_value)}`;
  return { ...gate, state: ratio.is_mismatch ? "fail" : "pass", figure };
}

function sampleGate(analysis: Analysis): Gate {
  const gate = { id: "sample", name: "Sample" };
  if (analysis.planned_per_arm === 0) return { ...gate, state: "wait", figure: "none was planned" };
  return {
    ...gate,
    state: analysis.is_planned_sample_reached ? "pass" : "wait",
    figure: `${count(smallestArm(analysis))} in the smallest arm, ${count(analysis.planned_per_arm)} needed`,
  };
}

/** The server plans days but does not wait for them, so this gate can stay open beside a verdict. */
function daysGate(experiment: Experiment, now: Date): Gate {
  const gate = { id: "days", name: "Planned days" };
  const at = dayOf(experiment, now);
  if (at.day === 0)
    return { ...gate, state: "wait", figure: `not started, ${counted(at.of, "day")} planned` };
  return { ...gate, state: at.day >= at.of ? "pass" : "wait", figure: dayWords(at) };
}

function onceGate(analysis: Analysis): Gate {
  const gate = { id: "once", name: "One arm per person" };
  const left = Object.entries(analysis.ignored)
    .filter(([reason]) => OTHER_ARM.test(reason))
    .reduce((sum, [, events]) => sum + events, 0);
  const isBroken = analysis.advice === "do_not_trust" && !analysis.sample_ratio.is_mismatch;
  if (exposedOf(analysis) === 0 && !isBroken)
    return { ...gate, state: "wait", figure: "nobody was exposed" };
  return {
    ...gate,
    state: isBroken ? "fail" : "pass",
    figure: left === 0 ? "nobody saw a second one" : `${counted(left, "event")} left out`,
  };
}

function guardrailGates(analysis: Analysis): Gate[] {
  const names = [...new Set(analysis.results.map((result) => result.metric))].filter(isGuardrail);
  return names.map((metric) => {
    const rows = analysis.results.filter((result) => result.metric === metric);
    const compared = rows.filter((row) => row.adjusted_high !== null);
    const gate = { id: `guardrail-${metric}`, name: `Guardrail: ${metric}` };
    const sum = rows.reduce((total, row) => total + row.sum, 0);
    if (compared.length === 0)
      return {
        ...gate,
        state: "wait" as const,
        figure: sum === 0 ? "none recorded" : "not to be compared yet",
      };
    const broken = compared.find((row) => rowVerdict(analysis, row) === "harm");
    const highest = compared.reduce((a, b) => ((b.difference ?? 0) > (a.difference ?? 0) ? b : a));
    const row = broken ?? highest;
    const figures = figuresOf(rows);
    const figure =
      `${nameOfKey(row.arm)} ${figures.difference(row.difference ?? 0)} ${figures.unit}, ` +
      `at most ${figures.difference(row.adjusted_high ?? 0)}`;
    return { ...gate, state: broken ? ("fail" as const) : ("pass" as const), figure };
  });
}

function wordsGate(experiment: Experiment): Gate {
  const open = experiment.arms.filter((arm) => !arm.is_approved);
  const isDraft = experiment.state === "draft";
  return {
    id: "words",
    name: "Words approved",
    state: open.length === 0 ? "pass" : isDraft ? "wait" : "fail",
    figure:
      open.length === 0
        ? `all ${counted(experiment.arms.length, "arm")}`
        : `missing: ${open.map((arm) => nameOfKey(arm.key)).join(", ")}`,
  };
}
