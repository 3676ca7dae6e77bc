import { useQuery } from "@tanstack/react-query";
import { parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { useParams } from "react-router";
import type { Analysis, Experiment, Results } from "../../api/client";
import {
  getExperimentOptions,
  getResultsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import { exposedOf, nameOfKey } from "../../api/verdict";
import {
  counted,
  joinQueries,
  Panel,
  PanelState,
  SkeletonText,
  StatusOf,
  statusOf,
  StatusWord,
  Tabs,
  useNow,
  type PanelQuery,
} from "../../kit";
import { Page } from "../../shell/Page";
import { useCan } from "../../shell/session";
import { Actions, type OpenDialog } from "./Actions";
import { Arms } from "./Arms";
import { DecisionRecord } from "./DecisionRecord";
import { EditDialog } from "./EditDialog";
import { dayOf, dayWords } from "./gates";
import { Health } from "./Health";
import { Log } from "./Log";
import { MoveDialog } from "./MoveDialog";
import { Plan } from "./Plan";
import { ShipDialog } from "./ShipDialog";
import { Verdict } from "./Verdict";
import { useSegmentNames } from "./useSegmentNames";
import { Traffic } from "./Traffic";
import { healthOf, NOBODY, titleOf, TOO_FEW } from "./words";

const TABS = ["results", "health", "plan", "log"] as const;
const PARSERS = { tab: parseAsStringLiteral(TABS).withDefault("results") };
const CRUMBS = [{ label: "Experiments", to: "/experiments" }];

/** One experiment: the sentence, what it rests on, and the decision. */
export default function ExperimentPage() {
  const { id = "" } = useParams();
  const experiment = useQuery(getExperimentOptions({ path: { experiment: id } }));
  const results = useQuery(getResultsOptions({ path: { experiment: id } }));
  if (experiment.data)
    return <Loaded key={id} experiment={experiment.data} query={experiment} results={results} />;
  return (
    <Page title="Experiment" crumbs={CRUMBS}>
      <Panel title="Verdict">
        <PanelState
          query={experiment}
          subject="The experiment"
          skeleton={<SkeletonText lines={6} />}
        >
          {() => null}
        </PanelState>
      </Panel>
    </Page>
  );
}

function Loaded(props: {
  experiment: Experiment;
  query: PanelQuery<Experiment>;
  results: PanelQuery<Results>;
}) {
  const { experiment, query, results } = props;
  const [{ tab }, setUrl] = useQueryStates(PARSERS, { history: "push" });
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const mayRead = useCan("admin");
  const analysis = results.data?.analysis ?? null;
  const found: PanelQuery<Results> = joinQueries([query, results], () => results.data as Results);
  const close = () => setDialog(null);
  const items = [
    {
      id: "results",
      label: "Results",
      content: <ResultsTab experiment={experiment} found={found} />,
    },
    {
      id: "health",
      label: "Health",
      content: <HealthTab experiment={experiment} found={found} />,
    },
    {
      id: "plan",
      label: "Plan",
      content: (
        <div className="stack">
          <Plan experiment={experiment} query={query} />
        </div>
      ),
    },
    ...(mayRead ? [{ id: "log", label: "Log", content: <Log id={experiment.id} /> }] : []),
  ];
  return (
    <Page
      title={titleOf(experiment)}
      crumbs={CRUMBS}
      mark={<StatusOf status={statusOf.experiment(experiment.state)} isTag />}
      sub={<Sub experiment={experiment} analysis={analysis} />}
      actions={<Actions experiment={experiment} analysis={analysis} onOpen={setDialog} />}
    >
      <Tabs
        label="Parts of the experiment"
        items={items}
        value={items.some((item) => item.id === tab) ? tab : "results"}
        onChange={(next) => void setUrl({ tab: next as (typeof TABS)[number] })}
      />
      {dialog === "edit" ? <EditDialog experiment={experiment} onClose={close} /> : null}
      {dialog === "ship" && analysis ? (
        <ShipDialog experiment={experiment} analysis={analysis} onClose={close} />
      ) : null}
      {dialog !== null && dialog !== "edit" && dialog !== "ship" ? (
        <MoveDialog experiment={experiment} move={dialog} onClose={close} />
      ) : null}
    </Page>
  );
}

function Sub({ experiment, analysis }: { experiment: Experiment; analysis: Analysis | null }) {
  const at = dayOf(experiment, useNow());
  const segment = useSegmentNames([experiment]).nameOf(experiment);
  const planned = experiment.plan.is_feasible
    ? `${counted(at.of, "day")} planned`
    : TOO_FEW.toLowerCase();
  const parts = [
    segment,
    counted(experiment.arms.length, "arm"),
    analysis ? `${counted(exposedOf(analysis), "person", "people")} exposed` : null,
    at.day > 0 ? dayWords(at) : at.of > 0 ? planned : null,
    experiment.shipped_arm ? `everybody gets ${nameOfKey(experiment.shipped_arm)}` : null,
  ];
  return <>{parts.filter((part) => part !== null).join(" · ")}</>;
}

interface TabProps {
  experiment: Experiment;
  found: PanelQuery<Results>;
}

function ResultsTab({ experiment, found }: TabProps) {
  return (
    <div className="stack">
      <section className="panel" aria-label="Verdict">
        <PanelState query={found} subject="The verdict" skeleton={<SkeletonText lines={6} />}>
          {(data) => <Verdict experiment={experiment} results={data} />}
        </PanelState>
      </section>
      {experiment.state === "draft" ? null : (
        <Panel title="Arms" aside="Shares have one axis, guardrails one of their own">
          <PanelState
            query={found}
            subject="The results"
            isEmpty={(data) => exposedOf(data.analysis) === 0}
            empty={NOBODY}
          >
            {(data) => <Arms experiment={experiment} analysis={data.analysis} />}
          </PanelState>
        </Panel>
      )}
      <Panel title="Decision record" aside="Fills itself" padded>
        <PanelState query={found} subject="The record" skeleton={<SkeletonText lines={4} />}>
          {(data) => <DecisionRecord experiment={experiment} results={data} />}
        </PanelState>
      </Panel>
    </div>
  );
}

function HealthTab({ experiment, found }: TabProps) {
  const health = found.data ? healthOf(found.data.analysis) : null;
  return (
    <div className="stack">
      <Panel
        title="Health"
        aside={health ? <StatusWord tone={health.tone}>{health.word}</StatusWord> : null}
      >
        <PanelState query={found} subject="The health">
          {(data) => <Health experiment={experiment} results={data} />}
        </PanelState>
      </Panel>
      <Traffic experiment={experiment} />
    </div>
  );
}
