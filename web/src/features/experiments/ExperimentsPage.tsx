import { useQueries, useQuery } from "@tanstack/react-query";
import { Clock } from "lucide-react";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import type { Analysis, Experiment, ExperimentState } from "../../api/client";
import {
  getResultsOptions,
  listExperimentsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import {
  absent,
  type ActiveFilter,
  axisOf,
  type Column,
  counted,
  DataTable,
  FilterSelect,
  joinQueries,
  LeadingInterval,
  leadingOf,
  Link,
  LiveChip,
  Pager,
  Panel,
  PanelState,
  percent,
  points,
  StatusOf,
  statusOf,
  StatusWord,
  useNow,
} from "../../kit";
import { useIsWide } from "../../kit/useMedia";
import { Page } from "../../shell/Page";
import { hasFeature } from "..";
import { dayOf, dayWords, sampleShare } from "./gates";
import { whyNotStart } from "./moves";
import { useSegmentNames } from "./useSegmentNames";
import { healthOf, splitSentence, titleOf, TOO_FEW } from "./words";

const STATES: readonly ExperimentState[] = ["draft", "running", "paused", "stopped", "shipped"];
const PARSERS = {
  state: parseAsStringLiteral(STATES),
  before: parseAsString,
  after: parseAsString,
};
const PAGE_SIZE = 20; // Each row reads its own results.

interface Row {
  experiment: Experiment;
  /** Null for a draft, and while or when its results cannot be read. */
  analysis: Analysis | null;
  segment: string;
}

/** Experiments, newest first, each with what its results say. */
export default function ExperimentsPage() {
  const [url, setUrl] = useQueryStates(PARSERS, { history: "push" });
  const { state, before, after } = url;
  const isWide = useIsWide();
  const list = useQuery(
    listExperimentsOptions({
      query: {
        limit: PAGE_SIZE,
        ...(state ? { state } : {}),
        ...(before ? { before } : {}),
        ...(after ? { after } : {}),
      },
    }),
  );
  const experiments = list.data?.items ?? [];
  const begun = experiments.filter((each) => each.state !== "draft");
  const results = useQueries({
    queries: begun.map((each) => getResultsOptions({ path: { experiment: each.id } })),
  });
  const { nameOf, missing: missingNames } = useSegmentNames(experiments);
  const analyses = new Map(
    begun.map((each, index) => [each.id, results[index]?.data?.analysis ?? null]),
  );
  const rows: Row[] = experiments.map((experiment) => ({
    experiment,
    analysis: analyses.get(experiment.id) ?? null,
    segment: nameOf(experiment),
  }));
  const leaders = rows.flatMap(({ analysis }) => leadingOf(analysis) ?? []);
  const axis = axisOf(leaders, 0.02);
  // Waits for the results: a row without them must not say that they are not here.
  const query = joinQueries([list], () => list.data, results);
  const missing = [
    ...begun.flatMap((each, index) => absent(results[index], `the results of ${titleOf(each)}`)),
    ...missingNames,
  ];
  const filters: ActiveFilter[] = state
    ? [
        {
          name: "State",
          value: statusOf.experiment(state).word,
          onRemove: () => void setUrl({ state: null, before: null, after: null }),
        },
      ]
    : [];
  const columns: readonly Column<Row>[] = [
    {
      id: "name",
      header: "Experiment",
      width: "23%",
      cell: ({ experiment, segment }) => (
        <span className="exp-name">
          <span>{titleOf(experiment)}</span>
          {segment === titleOf(experiment) ? null : <span className="faint">{segment}</span>}
        </span>
      ),
    },
    {
      id: "state",
      header: "State",
      width: "10%",
      card: "aside",
      cell: ({ experiment }) => <StatusOf status={statusOf.experiment(experiment.state)} />,
    },
    {
      id: "day",
      header: "Progress",
      isLow: true,
      width: "17%",
      cell: (row) => <ProgressCell {...row} />,
    },
    {
      id: "lead",
      header: "Leading arm, points",
      width: "19%",
      cell: ({ experiment, analysis }) => (
        <LeadingInterval
          axis={axis}
          analysis={analysis}
          arms={experiment.arms.map((arm) => arm.key)}
        />
      ),
    },
    { id: "verdict", header: "Verdict", cell: (row) => <VerdictCell {...row} /> },
    {
      id: "health",
      header: "Health",
      width: "11%",
      cell: ({ analysis }) => {
        if (analysis === null) return <span className="faint">Nothing yet</span>;
        const health = healthOf(analysis);
        return <StatusWord tone={health.tone}>{health.word}</StatusWord>;
      },
    },
  ];
  return (
    <Page
      title="Experiments"
      sub="One for each segment of a campaign run, newest first"
      actions={<LiveChip />}
    >
      <Panel
        title={state ? statusOf.experiment(state).word : "All experiments"}
        aside={
          <div className="filters">
            <FilterSelect<ExperimentState>
              label="State"
              all="Every state"
              value={state}
              onChange={(state) => void setUrl({ state, before: null, after: null })}
              choices={STATES.map((value) => ({ value, label: statusOf.experiment(value).word }))}
            />
          </div>
        }
      >
        <PanelState
          query={query}
          subject="The experiments"
          isEmpty={() => experiments.length === 0}
          empty={{
            text: "No experiment yet. A campaign run drafts one for each segment, with control and the messages that passed screening.",
            action: hasFeature("campaigns") ? <Link to="/campaigns">Open campaigns</Link> : null,
          }}
          filters={filters}
          onClearFilters={() => void setUrl({ state: null, before: null, after: null })}
          missing={() => missing}
        >
          {(page) => (
            <>
              <DataTable
                caption="Experiments"
                columns={columns}
                rows={rows}
                keyOf={(row) => row.experiment.id}
                hrefOf={(row) => `/experiments/${row.experiment.id}`}
                isCompact={!isWide}
              />
              {leaders.length > 0 ? (
                <div className="panel-foot">
                  <p>
                    Intervals share one axis, {points(axis.low, 0)} to {points(axis.high, 0)}{" "}
                    points; the line is control. Grey: no winner.
                  </p>
                </div>
              ) : null}
              <Pager
                newer={page?.previous ?? null}
                older={page?.next ?? null}
                onNewer={(cursor) => void setUrl({ after: cursor, before: null })}
                onOlder={(cursor) => void setUrl({ before: cursor, after: null })}
                onFirst={before ? () => void setUrl({ before: null, after: null }) : undefined}
              />
            </>
          )}
        </PanelState>
      </Panel>
    </Page>
  );
}

function ProgressCell({ experiment, analysis }: Row) {
  const at = dayOf(experiment, useNow());
  const share = analysis ? sampleShare(analysis) : null;
  return (
    <span className="two">
      {at.day === 0 && !experiment.plan.is_feasible ? (
        <StatusWord tone="warn">{TOO_FEW}</StatusWord>
      ) : (
        <span className="num">
          {at.day === 0 ? `${counted(at.of, "day")} planned` : capital(dayWords(at))}
        </span>
      )}
      <span>
        {share === null ? "" : `${percent(share, 0)} of sample, `}
        {counted(experiment.arms.length, "arm")}
      </span>
    </span>
  );
}

function VerdictCell({ experiment, analysis }: Row) {
  if (analysis !== null)
    return (
      <span className="two">
        <StatusOf status={statusOf.advice(analysis.advice)} />
        <span className="clamp">{splitSentence(analysis.sentence)[0]}</span>
      </span>
    );
  if (experiment.state !== "draft") return <span className="faint">Its results are not here</span>;
  const why = whyNotStart(experiment);
  return (
    <span className="two">
      <StatusWord tone={why ? "neutral" : "good"} {...(why ? { icon: Clock } : {})}>
        {why ? "Waits for approval" : "Ready to start"}
      </StatusWord>
      <span className="clamp">{why ?? "All messages are approved"}</span>
    </span>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
