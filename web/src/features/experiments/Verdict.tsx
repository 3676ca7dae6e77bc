import { CircleCheck, CircleDashed, CircleX, type LucideIcon } from "lucide-react";
import type { Analysis, Experiment, Results } from "../../api/client";
import { nameOfKey, smallestArm } from "../../api/verdict";
import {
  count,
  Mark,
  percent,
  RelativeTime,
  StatusOf,
  statusOf,
  StatusWord,
  useNow,
  type Tone,
} from "../../kit";
import { armsOf } from "./arms";
import { dayOf, dayWords, gatesOf, sampleShare, type Gate } from "./gates";
import { SplitAlarm } from "./SplitAlarm";
import { splitSentence } from "./words";

const GATE_LOOK: Record<Gate["state"], { tone: Tone; icon: LucideIcon; word: string }> = {
  pass: { tone: "good", icon: CircleCheck, word: "pass" },
  fail: { tone: "bad", icon: CircleX, word: "fail" },
  wait: { tone: "neutral", icon: CircleDashed, word: "not yet" },
};

/** The sentence first, then what it rests on. */
export function Verdict(props: { experiment: Experiment; results: Results }) {
  const { experiment, results } = props;
  const { analysis } = results;
  const isDraft = experiment.state === "draft";
  const [sentence, rest] = splitSentence(isDraft ? experiment.plan.sentence : analysis.sentence);
  return (
    <>
      {analysis.sample_ratio.is_mismatch ? (
        <SplitAlarm experiment={experiment} analysis={analysis} />
      ) : null}
      <div className="verdict">
        <div>
          <h2 className="sentence">
            {analysis.winner === null ? null : (
              <Mark index={armsOf(experiment).index(analysis.winner)} />
            )}
            <span>{sentence}</span>
          </h2>
          {rest === "" ? null : <p>{rest}</p>}
          {isDraft ? null : <Collecting experiment={experiment} analysis={analysis} />}
          <p className="small faint method">
            <Method analysis={analysis} comparisons={experiment.arms.length - 1} />
            {results.newest_event_at === null ? null : (
              <>
                {" "}
                {count(results.events)} events, the newest{" "}
                <RelativeTime at={results.newest_event_at} />.
              </>
            )}
          </p>
        </div>
        <Gates experiment={experiment} analysis={analysis} />
      </div>
    </>
  );
}

function Method({ analysis, comparisons }: { analysis: Analysis; comparisons: number }) {
  const level = percent(1 - analysis.alpha, 0);
  return (
    <>
      {level} intervals
      {comparisons > 1 ? `, adjusted for ${count(comparisons)} comparisons with ` : " against "}
      {nameOfKey(analysis.control)}. Planned for one look, at the planned sample.
    </>
  );
}

/** How far the sample is, while no winner may be named. */
function Collecting({ experiment, analysis }: { experiment: Experiment; analysis: Analysis }) {
  const now = useNow();
  const share = sampleShare(analysis);
  if (analysis.advice !== "keep_going" || share === null)
    return (
      <p className="advice">
        <StatusOf status={statusOf.advice(analysis.advice)} isTag />
      </p>
    );
  return (
    <div className="collecting">
      <p>
        <b>
          Collecting: {dayWords(dayOf(experiment, now))}, {percent(share, 0)} of the needed sample
        </b>
      </p>
      <span
        className="bar go"
        role="progressbar"
        aria-label="Needed sample"
        aria-valuemin={0}
        aria-valuemax={analysis.planned_per_arm}
        aria-valuenow={Math.min(smallestArm(analysis), analysis.planned_per_arm)}
        aria-valuetext={`${count(smallestArm(analysis))} of ${count(analysis.planned_per_arm)} people in the smallest arm`}
      >
        <i style={{ width: `${share * 100}%` }} />
      </span>
    </div>
  );
}

function Gates({ experiment, analysis }: { experiment: Experiment; analysis: Analysis }) {
  const gates = gatesOf(experiment, analysis, useNow());
  const passed = gates.filter((gate) => gate.state === "pass").length;
  const hasFailed = gates.some((gate) => gate.state === "fail");
  const isAll = passed === gates.length;
  return (
    <div>
      <div className="gates-head">
        <h3>Gates</h3>
        <StatusWord
          tone={hasFailed ? "bad" : isAll ? "good" : "neutral"}
          icon={hasFailed ? CircleX : isAll ? CircleCheck : CircleDashed}
        >
          {passed} of {gates.length} pass
        </StatusWord>
      </div>
      <ul className="gates">
        {gates.map((gate) => {
          const look = GATE_LOOK[gate.state];
          return (
            <li key={gate.id} data-gate={gate.id} data-gate-state={gate.state}>
              <StatusWord tone={look.tone} icon={look.icon}>
                {gate.name}
                <span className="sr">: {look.word}</span>
              </StatusWord>
              <span className="figure small dim num">{gate.figure}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
