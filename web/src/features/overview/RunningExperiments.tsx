import { useQueries, useQuery } from "@tanstack/react-query";
import type { Analysis, Experiment } from "../../api/client";
import {
  getResultsOptions,
  listExperimentsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import { smallestArm } from "../../api/verdict";
import {
  absent,
  axisOf,
  count,
  DataTable,
  joinQueries,
  LeadingInterval,
  leadingOf,
  Link,
  Panel,
  PanelState,
  StatusOf,
  statusOf,
  StatusWord,
  type Axis,
  type Column,
} from "../../kit";
import { hasFeature } from "..";

const EXPERIMENTS_MAX = 20;
const LEAST_POINTS = 0.02; // The axis of the intervals never gets narrower on both sides.

interface Row {
  experiment: Experiment;
  analysis: Analysis | null;
  /** Without its results nothing is said of its events. */
  isRead: boolean;
}

/** Running experiments, each with the one sentence that the server makes of its events. */
export function RunningExperiments() {
  const list = useQuery(
    listExperimentsOptions({ query: { state: "running", limit: EXPERIMENTS_MAX } }),
  );
  const experiments = list.data?.items ?? [];
  const results = useQueries({
    queries: experiments.map((each) => getResultsOptions({ path: { experiment: each.id } })),
  });
  const query = joinQueries(
    [list],
    () =>
      experiments.map((experiment, index) => ({
        experiment,
        analysis: results[index]?.data?.analysis ?? null,
        isRead: results[index]?.data !== undefined,
      })),
    results,
  );
  const missing = [
    ...experiments.flatMap((each, index) =>
      absent(results[index], `the results of ${each.description}`),
    ),
    ...(list.data?.next ? [`experiments after the first ${EXPERIMENTS_MAX}`] : []),
  ];
  return (
    <Panel
      title="Running experiments"
      aside={hasFeature("experiments") ? <Link to="/experiments">All experiments</Link> : null}
    >
      <PanelState
        query={query}
        subject="The experiments"
        isEmpty={(rows) => rows.length === 0}
        empty={{
          text: "No experiment runs. A campaign run plans one for each segment.",
          action: hasFeature("experiments") ? (
            <Link to="/experiments?state=draft">Drafts that can start</Link>
          ) : null,
        }}
        missing={() => missing}
      >
        {(rows) => (
          <DataTable<Row>
            caption="Running experiments"
            columns={columnsOf(
              axisOf(
                rows.flatMap(({ analysis }) => leadingOf(analysis) ?? []),
                LEAST_POINTS,
              ),
            )}
            rows={rows}
            keyOf={(row) => row.experiment.id}
            {...(hasFeature("experiments/:id")
              ? { hrefOf: (row: Row) => `/experiments/${row.experiment.id}` }
              : {})}
          />
        )}
      </PanelState>
    </Panel>
  );
}

const columnsOf = (axis: Axis): readonly Column<Row>[] => [
  { id: "name", header: "Experiment", width: "22%", cell: (row) => row.experiment.description },
  {
    id: "verdict",
    header: "Verdict",
    width: "15%",
    card: "aside",
    cell: ({ analysis, isRead }) =>
      analysis ? (
        <StatusOf status={statusOf.advice(analysis.advice)} />
      ) : (
        <StatusWord>{isRead ? "No events yet" : "Not known"}</StatusWord>
      ),
  },
  {
    id: "sentence",
    header: "In one sentence",
    cell: ({ analysis, isRead }) => (
      <span className="clamp">
        {analysis?.sentence ??
          (isRead ? "Nothing was recorded so far." : "Its results are not here.")}
      </span>
    ),
  },
  {
    id: "lead",
    header: "Leading arm, points",
    width: "18%",
    cell: ({ experiment, analysis }) => (
      <LeadingInterval
        axis={axis}
        analysis={analysis}
        arms={experiment.arms.map((arm) => arm.key)}
      />
    ),
  },
  {
    id: "sample",
    header: "Smallest arm",
    width: "14%",
    isNumber: true,
    cell: ({ analysis }) =>
      analysis
        ? `${count(smallestArm(analysis))}, ${count(analysis.planned_per_arm)} needed`
        : "none",
  },
];
