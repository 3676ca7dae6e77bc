import clsx from "clsx";
import { Ban, CircleCheck, CircleDotDashed, CircleX, Clock } from "lucide-react";
import type { ReactNode } from "react";
import { count } from "./numbers";
import { StatusWord, type Status } from "./Status";

export type StageState = "waiting" | "running" | "done" | "failed" | "cancelled";

export interface Stage {
  id: string;
  name: string;
  state: StageState;
  /** What is counted; `total` 0 means that nobody knows it yet. */
  done: number;
  total: number;
  unit: string;
  /** Said instead of figures while there are none. */
  idle?: string;
  facts: readonly (readonly [string, ReactNode])[];
}

const STATES: Record<StageState, Status> = {
  waiting: { tone: "neutral", word: "Waits", icon: Clock },
  running: { tone: "info", word: "Running", icon: CircleDotDashed },
  done: { tone: "good", word: "Done", icon: CircleCheck },
  failed: { tone: "bad", word: "Failed", icon: CircleX },
  cancelled: { tone: "neutral", word: "Cancelled", icon: Ban },
};

/** The stages of a run from left to right, from top to bottom on phones. */
export function StageRail({ label, stages }: { label: string; stages: readonly Stage[] }) {
  return (
    <ol className={clsx("rail", "few")} aria-label={label}>
      {stages.map((stage) => (
        <StageCell key={stage.id} stage={stage} />
      ))}
    </ol>
  );
}

function StageCell({ stage }: { stage: Stage }) {
  const { name, state, done, total, unit, idle, facts } = stage;
  const { tone, word, icon } = STATES[state];
  const share = state === "done" ? 1 : total > 0 ? Math.min(1, done / total) : 0;
  const hasFigures = done > 0 || total > 0;
  return (
    <li aria-current={state === "running" ? "step" : undefined}>
      <h3>
        {name}
        <StatusWord tone={tone} icon={icon}>
          {word}
        </StatusWord>
      </h3>
      <p>
        {hasFigures ? (
          <>
            <span className="big num">{count(done)}</span>
            {total > 0 && (state !== "done" || done !== total) ? ` of ${count(total)}` : ""} {unit}
          </>
        ) : (
          <span className="idle">{idle ?? "Nothing yet"}</span>
        )}
      </p>
      <span className={clsx("bar", state === "running" && "go")} aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </span>
      {facts.length > 0 ? (
        <dl>
          {facts.map(([term, value]) => (
            <div key={term} className="contents">
              <dt>{term}</dt>
              <dd className="num">{value}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </li>
  );
}
