import { useQueries, useQuery } from "@tanstack/react-query";
import {
  Ban,
  CircleCheck,
  CircleX,
  Clock,
  ShieldQuestionMark,
  TriangleAlert,
  type LucideIcon,
} from "lucide-react";
import type { Analysis, Experiment, VariantState } from "../../api/client";
import {
  getResultsOptions,
  listExperimentsOptions,
  listJobsOptions,
  listVariantsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import {
  ButtonLink,
  count,
  counted,
  Link,
  Panel,
  PanelState,
  RelativeTime,
  type Tone,
} from "../../kit";
import { hasFeature } from "..";
import { joinQueries } from "../../kit/joinQueries";

/** The server counts nothing; a list page of this size is counted here, and more is said as more. */
const COUNTED_MAX = 200;
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

interface PageOf<Item> {
  items: Item[];
  next: string | null;
}

/** One line per kind of thing that waits for a person, each with one verb. */
export function NeedsYou() {
  const variants = useQueries({
    queries: (["review", "pass", "block", "unscreened"] as const).map((state) =>
      listVariantsOptions({ query: { state, limit: COUNTED_MAX } }),
    ),
  });
  const jobs = useQuery(listJobsOptions({ query: { state: "failed", limit: COUNTED_MAX } }));
  const running = useQuery(
    listExperimentsOptions({ query: { state: "running", limit: EXPERIMENTS_MAX } }),
  );
  const experiments = running.data?.items ?? [];
  const results = useQueries({
    queries: experiments.map((each) => getResultsOptions({ path: { experiment: each.id } })),
  });
  const parts = [...variants, jobs, running, ...results];
  const query = joinQueries(parts, () => [
    ...variantNeeds(variants.map((each) => each.data)),
    ...jobNeeds(jobs.data),
    ...decisionNeeds(
      experiments,
      results.map((each) => each.data?.analysis),
    ),
  ]);
  const needs = query.data ?? [];
  return (
    <Panel title="Needs you" aside={needs.length > 0 ? counted(needs.length, "thing") : null}>
      <PanelState
        query={query}
        subject="What waits for you"
        isEmpty={(found) => found.length === 0}
        empty={{ text: "Nothing waits for you." }}
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

function countOf(page: PageOf<unknown>, one: string): string {
  const found = page.items.length;
  const words = found === 1 && page.next === null ? one : `${one}s`;
  return page.next === null ? `${count(found)} ${words}` : `More than ${count(found)} ${words}`;
}

const VARIANT_NEEDS: Record<
  "review" | "pass" | "block" | "unscreened",
  Pick<Need, "tone" | "icon" | "verb"> & { one: string; many: string; more: string }
> = {
  review: {
    tone: "warn",
    icon: TriangleAlert,
    verb: "Review",
    one: "was held back for review",
    many: "were held back for review",
    more: "The screening found something that a person must judge",
  },
  pass: {
    tone: "info",
    icon: Clock,
    verb: "Approve",
    one: "passed and waits for approval",
    many: "passed and wait for approval",
    more: "By somebody other than the author",
  },
  block: {
    tone: "bad",
    icon: Ban,
    verb: "Open",
    one: "is blocked",
    many: "are blocked",
    more: "Cannot be sent unless changed, or overridden with a reason",
  },
  unscreened: {
    tone: "warn",
    icon: ShieldQuestionMark,
    verb: "Screen",
    one: "is not screened",
    many: "are not screened",
    more: "Held back until a screening says something",
  },
};

function variantNeeds(pages: readonly (PageOf<{ updated_at: string }> | undefined)[]): Need[] {
  const states = Object.keys(VARIANT_NEEDS) as (keyof typeof VARIANT_NEEDS & VariantState)[];
  return states.flatMap((state, index) => {
    const page = pages[index];
    const oldest = page?.items.at(-1);
    if (!page || !oldest) return [];
    const { one, many, more, ...rest } = VARIANT_NEEDS[state];
    return [
      {
        ...rest,
        id: `variants-${state}`,
        what: countOf(page, "variant"),
        rest: page.items.length === 1 ? one : many,
        more,
        to: `/variants?state=${state}`,
        screen: "variants",
      },
    ];
  });
}

function jobNeeds(page: PageOf<{ error?: string; created_at: string }> | undefined): Need[] {
  const newest = page?.items[0];
  if (!page || !newest) return [];
  return [
    {
      id: "jobs",
      tone: "bad",
      icon: CircleX,
      what: countOf(page, "job"),
      rest: "failed",
      more: (
        <>
          Last <RelativeTime at={newest.created_at} />
          {newest.error ? `: ${newest.error}` : null}
        </>
      ),
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
        verb: isBroken ? "Open" : "Decide",
        to: `/experiments/${experiment.id}`,
        screen: "experiments/:id",
      },
    ];
  });
}
