import { useQueries, useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, type LucideIcon } from "lucide-react";
import type { Analysis, Experiment, Job, Overview, Variant } from "../../api/client";
import {
  getOverviewOptions,
  getResultsOptions,
  listExperimentsOptions,
  listJobsOptions,
  listVariantsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import {
  absent,
  ButtonLink,
  counted,
  joinQueries,
  Link,
  Panel,
  PanelState,
  RelativeTime,
  type Tone,
} from "../../kit";
import { hasFeature } from "..";
import { roleAllows, useSession } from "../../shell/session";
import type { Person } from "../../variant/mayReview";
import { HELD, HELD_STATES, verbFor } from "./needs";

/** Of so many of the newest that passed it is known whether the reader may approve them. */
const PASSED_MAX = 20;
const EXPERIMENTS_MAX = 20;

interface Need {
  id: string;
  tone: Tone;
  icon: LucideIcon;
  /** The counted thing, which is the link: "4 variants". */
  what: string;
  rest: string;
  more: React.ReactNode;
  verb: string;
  to: string;
  /** The screen it leads to; without it the line has no link. */
  screen: string;
}

/** One line per kind of thing that waits for a person, each with one verb. */
export function NeedsYou() {
  const session = useSession();
  const overview = useQuery(getOverviewOptions());
  const counts = overview.data;
  const isReviewer = roleAllows(session.role, "reviewer");
  const passed = useQuery({
    ...listVariantsOptions({ query: { state: "pass", limit: PASSED_MAX } }),
    enabled: isReviewer && (counts?.variants.pass ?? 0) > 0,
  });
  const jobs = useQuery({
    ...listJobsOptions({ query: { state: "failed", limit: 1 } }),
    enabled: (counts?.jobs.failed ?? 0) > 0,
  });
  const running = useQuery(
    listExperimentsOptions({ query: { state: "running", limit: EXPERIMENTS_MAX } }),
  );
  const experiments = running.data?.items ?? [];
  const results = useQueries({
    queries: experiments.map((each) => getResultsOptions({ path: { experiment: each.id } })),
  });
  const query = joinQueries(
    [overview],
    () =>
      counts
        ? [
            ...variantNeeds(counts.variants, session, passed.data?.items ?? []),
            ...jobNeeds(counts.jobs.failed, jobs.data?.items[0]),
            ...decisionNeeds(
              experiments,
              results.map((each) => each.data?.analysis),
              session,
            ),
          ]
        : [],
    [running, ...results],
  );
  const missing = [
    ...absent(running, "what the running experiments say"),
    ...absent(passed, "which variants you may approve"),
    ...absent(jobs, "why the newest job failed"),
    ...experiments.flatMap((each, index) =>
      absent(results[index], `the results of ${each.description}`),
    ),
    ...(running.data?.next ? [`experiments after the first ${EXPERIMENTS_MAX}`] : []),
  ];
  const needs = query.data ?? [];
  return (
    <Panel title="Needs you" aside={needs.length > 0 ? counted(needs.length, "thing") : null}>
      <PanelState
        query={query}
        subject="What waits for you"
        isEmpty={(found) => found.length === 0}
        empty={{ text: "Nothing waits for you." }}
        missing={() => missing}
      >
        {(found) => (
          <ul className="rows needs">
            {found.map((need) => (
              <NeedLine key={need.id} need={need} />
            ))}
          </ul>
        )}
      </PanelState>
    </Panel>
  );
}

const TONE_WORDS: Record<Tone, string> = {
  good: "Ready: ",
  bad: "Problem: ",
  warn: "Attention: ",
  info: "Waits: ",
  neutral: "",
};

function NeedLine({ need }: { need: Need }) {
  const isLinked = hasFeature(need.screen);
  const Icon = need.icon;
  return (
    <li>
      <span className={`${need.tone} mk`}>
        <Icon className="icon" aria-hidden />
        <span className="sr">{TONE_WORDS[need.tone]}</span>
      </span>
      <p className="grow what">
        <b>{isLinked ? <Link to={need.to}>{need.what}</Link> : need.what}</b> {need.rest}
      </p>
      <p className="small faint more">{need.more}</p>
      {isLinked ? (
        <ButtonLink to={need.to} size="small" aria-label={`${need.verb}: ${need.what}`}>
          {need.verb}
        </ButtonLink>
      ) : null}
    </li>
  );
}

function variantNeeds(
  counts: Overview["variants"],
  person: Person,
  passed: readonly Variant[],
): Need[] {
  return HELD_STATES.filter((state) => counts[state] > 0).map((state) => {
    const { one, many, ...rest } = HELD[state];
    return {
      ...rest,
      id: `variants-${state}`,
      what: counted(counts[state], "variant"),
      rest: counts[state] === 1 ? one : many,
      verb: verbFor(state, person, passed),
      to: `/variants?state=${state}`,
      screen: "variants",
    };
  });
}

function jobNeeds(failed: number, newest: Job | undefined): Need[] {
  if (failed === 0) return [];
  return [
    {
      id: "jobs",
      tone: "bad",
      icon: CircleX,
      what: counted(failed, "job"),
      rest: "failed",
      more: newest ? (
        <>
          Last <RelativeTime at={newest.created_at} />
          {newest.error ? `: ${newest.error}` : null}
        </>
      ) : null,
      verb: "Open",
      to: "/jobs?state=failed",
      screen: "jobs",
    },
  ];
}

/** Experiments whose analysis says that a person should decide now, or that something is broken. */
function decisionNeeds(
  experiments: readonly Experiment[],
  analyses: readonly (Analysis | undefined)[],
  person: Person,
): Need[] {
  return experiments.flatMap((experiment, index) => {
    const analysis = analyses[index];
    if (!analysis || analysis.advice === "keep_going") return [];
    const isBroken = analysis.advice === "do_not_trust";
    return [
      {
        id: `experiment-${experiment.id}`,
        tone: isBroken ? ("bad" as const) : ("good" as const),
        icon: isBroken ? CircleX : CircleCheck,
        what: experiment.description,
        rest: isBroken ? "cannot be trusted" : "can be decided",
        more: analysis.sentence,
        verb: isBroken || !roleAllows(person.role, "reviewer") ? "Open" : "Decide",
        to: `/experiments/${experiment.id}`,
        screen: "experiments/:id",
      },
    ];
  });
}
