import type { CampaignRun, Job, RunState } from "../../api/client";
import { STAGE_WORDS, type StageId } from "../../api/words";
import { count, counted, duration, type Stage, type StageState } from "../../kit";

const WHAT: Record<StageId, string> = {
  segments: "Finds customers who buy alike",
  variants: "Writes messages from approved content and screens each",
  experiments: "Plans one test for each segment",
};
/** The steps inside a stage, by the names that the job gives them. */
const STEP_WORDS: Record<string, string> = {
  segments: "grouping",
  context: "looking up content",
  variants: "writing",
  verdicts: "screening",
  experiments: "planning",
};
const STEP_UNITS: Record<string, string> = {
  context: "segments looked up",
  variants: "segments written for",
  verdicts: "messages screened",
};

/** What a finished run made, as far as it is known. */
export interface Made {
  customers?: number | undefined;
  segments?: number | undefined;
  messages?: number | undefined;
}

export function isAtWork(state: RunState): boolean {
  return state === "queued" || state === "running";
}

/** The rail of a run. `now` gives the time that the running stage has taken. */
export function stagesOf(
  run: CampaignRun,
  job: Job | undefined,
  made: Made,
  now: Date,
): readonly Stage[] {
  const broken = run.state === "failed" || run.state === "cancelled" ? run.state : null;
  const at = run.stages.findIndex((stage) => stage.state !== "done");
  return run.stages.map((stage, index): Stage => {
    const state = stateOf(stage.state, index === at ? broken : null);
    const progress = state === "running" ? stepOf(run, job, index) : null;
    const figures = state === "done" ? resultOf(stage.stage, run, made) : progress;
    return {
      id: stage.stage,
      name: STAGE_WORDS[stage.stage],
      state,
      done: figures?.done ?? 0,
      total: figures?.total ?? 0,
      unit: figures?.unit ?? "",
      idle: state === "running" ? `Now ${stepWord(job)}` : WHAT[stage.stage],
      facts: factsOf(run, job, index, state, now),
    };
  });
}

function stateOf(
  state: "waiting" | "running" | "done",
  broken: "failed" | "cancelled" | null,
): StageState {
  if (state === "done") return "done";
  return broken ?? state;
}

interface Figures {
  done: number;
  total: number;
  unit: string;
}

/** The figures of the step at work; the job's own count of stages is none. */
function stepOf(run: CampaignRun, job: Job | undefined, index: number): Figures | null {
  const progress = job?.progress;
  if (!progress || progress.total === 0) return null;
  const isOfStages =
    progress.total === run.stages.length &&
    progress.done === index &&
    progress.stage === run.stages[index]?.stage;
  const unit = STEP_UNITS[progress.stage];
  if (isOfStages || unit === undefined) return null;
  return { done: progress.done, total: progress.total, unit };
}

function stepWord(job: Job | undefined): string {
  return STEP_WORDS[job?.progress.stage ?? ""] ?? "at work";
}

function resultOf(stage: StageId, run: CampaignRun, made: Made): Figures | null {
  const whole = (value: number | undefined, one: string, many = `${one}s`): Figures | null =>
    value === undefined ? null : { done: value, total: value, unit: value === 1 ? one : many };
  if (stage === "segments") return whole(made.segments, "segment");
  if (stage === "variants") return whole(made.messages, "message");
  return whole(run.experiments.length, "experiment");
}

function factsOf(
  run: CampaignRun,
  job: Job | undefined,
  index: number,
  state: StageState,
  now: Date,
): (readonly [string, string])[] {
  const stage = run.stages[index];
  const facts: (readonly [string, string])[] = [];
  if (!stage) return facts;
  if (state === "done" && stage.elapsed_ms !== null)
    facts.push(["Took", duration(stage.elapsed_ms)]);
  if (state === "running") {
    const begin = run.stages[index - 1]?.finished_at ?? job?.started_at ?? run.created_at;
    facts.push(["Elapsed", duration(Math.max(0, now.getTime() - new Date(begin).getTime()))]);
  }
  if (state === "done" && stage.stage === "experiments")
    facts.push(["Skipped", count(run.skipped.length)]);
  return facts;
}

/** One sentence on where the run stands, for those who do not see the rail. */
export function runSentence(run: CampaignRun, job: Job | undefined): string {
  if (run.state === "queued") return "The run waits for a worker.";
  if (run.state === "failed") return `The run failed: ${run.error ?? "no cause was kept"}.`;
  if (run.state === "cancelled") return "The run was cancelled.";
  if (run.state === "succeeded")
    return `The run is done: ${counted(run.experiments.length, "experiment")} planned.`;
  const at = run.stages.findIndex((stage) => stage.state !== "done");
  const stage = run.stages[at];
  if (!stage) return "The run is at work.";
  const step = stepOf(run, job, at);
  return (
    `${STAGE_WORDS[stage.stage]}, stage ${at + 1} of ${run.stages.length}` +
    (step ? `, ${count(step.done)} of ${count(step.total)} ${step.unit}.` : ".")
  );
}
