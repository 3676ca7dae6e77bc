import { useQueries, useQuery } from "@tanstack/react-query";
import type { CampaignRun, Experiment, Segment } from "../../api/client";
import {
  getExperimentOptions,
  listSegmentsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import {
  absent,
  count,
  counted,
  DataTable,
  joinQueries,
  Link,
  Mark,
  Panel,
  PanelState,
  segmentMark,
  StatusOf,
  statusOf,
  StatusWord,
  type Column,
} from "../../kit";
import { hasFeature } from "..";
import { isAtWork } from "./stages";

interface Row {
  segment: Segment;
  experiment: Experiment | null;
  /** Why there is no experiment; null while that is open. */
  reason: string | null;
}

/** For each segment the experiment that was planned, or why there is none. */
export function RunResult({ run }: { run: CampaignRun }) {
  const list = useQuery({
    ...listSegmentsOptions({ path: { run: run.segmentation_run ?? "" } }),
    enabled: run.segmentation_run !== null && run.stages[0]?.state === "done",
  });
  const experiments = useQueries({
    queries: run.experiments.map((experiment) => getExperimentOptions({ path: { experiment } })),
  });
  const missing = absent(
    experiments.find((each) => each.error && each.data === undefined),
    "some of the experiments",
  );
  const query = joinQueries(
    [list],
    () =>
      (list.data?.items ?? []).map((segment): Row => {
        const found = experiments.find((each) => each.data?.segment === segment.segment)?.data;
        const skipped = run.skipped.find((each) => each.segment === segment.segment);
        return { segment, experiment: found ?? null, reason: skipped?.reason ?? null };
      }),
    experiments,
  );
  if (run.stages[0]?.state !== "done")
    return (
      <Panel title="Segments and experiments">
        <div className="empty">
          <p>
            {isAtWork(run.state)
              ? "The segments appear here as soon as the customers are grouped."
              : "The run ended before the customers were grouped."}
          </p>
        </div>
      </Panel>
    );
  const waiting = (query.data ?? []).filter(
    (row) => row.experiment && row.experiment.arms.some((arm) => !arm.is_approved),
  ).length;
  return (
    <Panel
      title="Segments and experiments"
      aside={
        run.segmentation_run ? (
          <Link to={`/segments?run=${run.segmentation_run}`}>Open on the map</Link>
        ) : null
      }
      footer={
        waiting > 0 ? (
          <span className="foot-words">
            {waiting === 1 ? "One experiment needs" : `${count(waiting)} experiments need`} all
            their messages approved before they can start.
          </span>
        ) : null
      }
    >
      <PanelState
        query={query}
        subject="The segments"
        isEmpty={(rows) => rows.length === 0}
        empty={{ text: "This run found no segments." }}
        missing={() => missing}
      >
        {(rows) => (
          <DataTable
            caption="Segments and their experiments"
            columns={columnsOf(run, missing.length === 0)}
            rows={rows}
            keyOf={(row) => String(row.segment.segment)}
            hrefOf={(row) => `/segments/${run.segmentation_run}/${row.segment.segment}`}
          />
        )}
      </PanelState>
    </Panel>
  );
}

function ExperimentCell(props: { row: Row; run: CampaignRun; isWhole: boolean }) {
  const { row, run, isWhole } = props;
  const { experiment, reason } = row;
  if (experiment) {
    const status = <StatusOf status={statusOf.experiment(experiment.state)} />;
    return hasFeature("experiments/:id") ? (
      <span className="two">
        <span>{status}</span>
        <Link to={`/experiments/${experiment.id}`}>
          Open experiment<span className="sr"> for {row.segment.name}</span>
        </Link>
      </span>
    ) : (
      status
    );
  }
  if (reason !== null)
    return (
      <span className="two">
        <span>
          <StatusWord>Skipped</StatusWord>
        </span>
        <span>{reason}</span>
      </span>
    );
  if (!isWhole) return <span className="faint">not known</span>;
  return <span className="faint">{isAtWork(run.state) ? "not planned yet" : "none"}</span>;
}

const columnsOf = (run: CampaignRun, isWhole: boolean): readonly Column<Row>[] => [
  {
    id: "segment",
    header: "Segment",
    cell: ({ segment }) => (
      <span className="named seg-name">
        <Mark index={segmentMark(segment.segment)} />
        {segment.name}
      </span>
    ),
  },
  {
    id: "size",
    header: "Customers",
    isNumber: true,
    width: "12%",
    cell: ({ segment }) => count(segment.size),
  },
  {
    id: "messages",
    header: "Messages",
    width: "22%",
    cell: ({ experiment }) => {
      if (!experiment) return <span className="faint">{isWhole ? "none" : "not known"}</span>;
      const approved = experiment.arms.filter((arm) => arm.is_approved).length;
      const all = experiment.arms.length;
      return (
        <span className="two">
          <span>{counted(all, "message")}</span>
          <span>{approved === all ? "all approved" : `${approved} of ${all} approved`}</span>
        </span>
      );
    },
  },
  {
    id: "experiment",
    header: "Experiment",
    width: "26%",
    cell: (row) => <ExperimentCell row={row} run={run} isWhole={isWhole} />,
  },
];
