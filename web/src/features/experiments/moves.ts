import type { Experiment } from "../../api/client";
import {
  pauseExperiment,
  resumeExperiment,
  rollBackExperiment,
  startExperiment,
  stopExperiment,
} from "../../api/client";
import { counted } from "../../kit";

/** Moves that take nothing but a reason; shipping has a dialog of its own. */
export type Move = "start" | "pause" | "resume" | "stop" | "rollback";

interface MoveWords {
  verb: string;
  /** What will hold afterwards. */
  effect: string;
  done: string;
  isDanger?: boolean;
}

export const MOVE_WORDS: Record<Move, MoveWords> = {
  start: {
    verb: "Start",
    effect:
      "The words of every arm, the split and the seed are frozen now. From then on people get their arm; only the description may change and the coverage may grow.",
    done: "The experiment runs",
  },
  pause: {
    verb: "Pause",
    effect: "Nobody new enters. Those who are in keep their arm, and their outcomes count.",
    done: "The experiment is paused",
  },
  resume: { verb: "Resume", effect: "People enter again.", done: "The experiment runs again" },
  stop: {
    verb: "Stop",
    effect:
      "Everybody gets control, and no exposure counts any more. A stopped experiment cannot run again; it can be shipped.",
    done: "The experiment is stopped",
    isDanger: true,
  },
  rollback: {
    verb: "Roll back",
    effect: "Everybody gets control again. The decision stays in the record.",
    done: "Everybody gets control again",
    isDanger: true,
  },
};

const CALLS = {
  start: startExperiment,
  pause: pauseExperiment,
  resume: resumeExperiment,
  stop: stopExperiment,
  rollback: rollBackExperiment,
};

/** Makes the move; answers the experiment in its new state. */
export async function makeMove(id: string, move: Move, reason: string): Promise<Experiment> {
  const body = reason.trim() === "" ? {} : { reason: reason.trim() };
  const answer = await CALLS[move]({ path: { experiment: id }, body, throwOnError: true });
  return answer.data;
}

/** Why a draft cannot start yet; undefined when it can. */
export function whyNotStart(experiment: Experiment): string | undefined {
  const open = experiment.arms.filter((arm) => !arm.is_approved).length;
  return open === 0 ? undefined : `${counted(open, "message")} still to be approved`;
}
