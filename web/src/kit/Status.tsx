import clsx from "clsx";
import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleDotDashed,
  CircleX,
  Clock,
  Info,
  ShieldQuestionMark,
  TriangleAlert,
  type LucideIcon,
} from "lucide-react";
import type { ReactNode } from "react";
import type { Analysis, Decision, ExperimentState, JobState, VariantState } from "../api/client";

export type Tone = "good" | "bad" | "warn" | "info" | "neutral";

export interface Status {
  tone: Tone;
  word: string;
  icon: LucideIcon;
}

const status = (tone: Tone, word: string, icon: LucideIcon): Status => ({ tone, word, icon });

/** "Not screened" has its own icon and is never green: nothing was found because nothing was sought. */
const VARIANT: Record<VariantState, Status> = {
  unscreened: status("warn", "Not screened", ShieldQuestionMark),
  pass: status("info", "Passed, waits for review", Clock),
  review: status("warn", "Needs review", TriangleAlert),
  block: status("bad", "Blocked", Ban),
  approved: status("good", "Approved", CircleCheck),
  rejected: status("neutral", "Rejected", CircleX),
};
const DECISION: Record<Decision, Status> = {
  pass: status("good", "Passed", CircleCheck),
  review: status("warn", "Needs review", TriangleAlert),
  block: status("bad", "Blocked", Ban),
};
const JOB: Record<JobState, Status> = {
  queued: status("neutral", "Queued", Clock),
  running: status("info", "Running", CircleDotDashed),
  succeeded: status("good", "Done", CircleCheck),
  failed: status("bad", "Failed", CircleX),
  cancelled: status("neutral", "Cancelled", Ban),
};
const EXPERIMENT: Record<ExperimentState, Status> = {
  draft: status("neutral", "Draft", CircleDashed),
  running: status("info", "Running", CircleDotDashed),
  paused: status("warn", "Paused", Clock),
  stopped: status("neutral", "Stopped", Ban),
  shipped: status("good", "Shipped", CircleCheck),
};
const ADVICE: Record<Analysis["advice"], Status> = {
  ship: status("good", "Has a winner", CircleCheck),
  keep_going: status("neutral", "Collecting", Clock),
  no_difference: status("neutral", "No clear difference", CircleDashed),
  stop: status("warn", "Should stop", TriangleAlert),
  do_not_trust: status("bad", "Not to be trusted", CircleX),
};
const TONE_ICON: Record<Tone, LucideIcon> = {
  good: CircleCheck,
  bad: CircleX,
  warn: TriangleAlert,
  info: Info,
  neutral: CircleDashed,
};

export const statusOf = {
  variant: (state: VariantState) => VARIANT[state],
  decision: (state: Decision) => DECISION[state],
  job: (state: JobState) => JOB[state],
  experiment: (state: ExperimentState) => EXPERIMENT[state],
  advice: (advice: Analysis["advice"]) => ADVICE[advice],
};

interface Props {
  tone?: Tone;
  icon?: LucideIcon;
  children: ReactNode;
}

/** Icon and word on a tint: the state of the thing that the page or the row is about. */
export function StatusTag({ tone = "neutral", icon, children }: Props) {
  const Icon = icon ?? TONE_ICON[tone];
  return (
    <span className={clsx("tag", tone)}>
      <Icon className="icon" aria-hidden />
      {children}
    </span>
  );
}

/** The same without the tint, for dense rows. */
export function StatusWord({ tone = "neutral", icon, children }: Props) {
  const Icon = icon ?? TONE_ICON[tone];
  return (
    <span className={clsx("state", tone)}>
      <Icon className="icon" aria-hidden />
      {children}
    </span>
  );
}

/** A status of statusOf, as word or as tag. */
export function StatusOf({ status, isTag }: { status: Status; isTag?: boolean }) {
  const Shown = isTag ? StatusTag : StatusWord;
  return (
    <Shown tone={status.tone} icon={status.icon}>
      {status.word}
    </Shown>
  );
}
