import { useQueries, useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleDashed, CircleX, Clock } from "lucide-react";
import type { Experiment, Results } from "../../api/client";
import {
  getResultsOptions,
  listExperimentsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import {
  count,
  DataTable,
  Link,
  Panel,
  PanelState,
  StatusWord,
  type Column,
  type Status,
} from "../../kit";
import { hasFeature } from "..";
import { analysisOf, type Analysis } from "../../api/analysis";
import { joinQueries } from "../../kit/joinQueries";

const EXPERIMENTS_MAX = 20;

interface Row {
  experiment: Experiment;
  results: Results | undefined;
  analysis: Analysis | null;
}

const ADVICE: Record<Analysis["advice"], Status> = {
  ship: { tone: "good", word: "Has a winner", icon: CircleCheck },
  keep_going: { tone: "neutral", word: "Collecting", icon: Clock },
  no_difference: { tone: "neutral", word: "No clear difference", icon: CircleDashed },
  stop: { tone: "warn", word: "Should stop", icon: CircleX },
  do_not_trust: { tone: "bad", word: "Not to be trusted", icon: CircleX },
};

/** Running experiments, each with the one sentence that the server makes of its events. */
export function RunningExperiments() {
  const list = useQuery(
    listExperimentsOptions({ query: { state: "running", limit: EXPERIMENTS_MAX } }),
  );
  const experiments = list.data?.items ?? [];
  const results = useQueries({
    queries: experiments.map((each) => getResultsOptions({ path: { experiment: each.id } })),
  });
  const query = joinQueries([list, ...results], () =>
    experiments.map((experiment, index) => ({
      experiment,
      results: results[index]?.data,
      analysis: analysisOf(results[index]?.data?.analysis),
    })),
  );
  return (
    <Panel
      title="Running experiments"
      aside={hasFeature("experiments") ? <Link to="/experiments">All experiments</Link> : null}
    >
      <PanelState
        query={query}
        subject="The experiments"
        isEmpty={(rows) => rows.length === 0}
        empty={{ text: "No experiment runs. A campaign run plans one for each segment." }}
      >
        {(rows) => (
          <DataTable<Row>
            caption="Running experiments"
            columns={COLUMNS}
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

/** Units of the smallest arm against the plan: the number that decides when a winner may be named. */
function smallestArm(analysis: Analysis): number {
  const units = analysis.results
    .filter((result) => result.metric === analysis.primary_metric)
    .map((result) => result.units);
  return units.length === 0 ? 0 : Math.min(...units);
}

const COLUMNS: readonly Column<Row>[] = [
  { id: "name", header: "Experiment", width: "26%", cell: (row) => row.experiment.description },
  {
    id: "verdict",
    header: "Verdict",
    width: "15%",
    cell: ({ analysis }) =>
      analysis ? (
        <StatusWord tone={ADVICE[analysis.advice].tone} icon={ADVICE[analysis.advice].icon}>
          {ADVICE[analysis.advice].word}
        </StatusWord>
      ) : (
        <StatusWord icon={Clock}>No events yet</StatusWord>
      ),
  },
  {
    id: "sentence",
    header: "In one sentence",
    cell: ({ analysis }) => analysis?.sentence ?? "Nothing was recorded so far.",
  },
  {
    id: "sample",
    header: "Smallest arm",
    width: "16%",
    isNumber: true,
    cell: ({ analysis }) =>
      analysis ? `${count(smallestArm(analysis))} of ${count(analysis.planned_per_arm)}` : "none",
  },
];
