import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";
import type { Segment, SegmentationRun } from "../../api/client";
import {
  getSegmentationRunOptions,
  listExperimentsOptions,
  listSegmentsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import { problemOf } from "../../api/problem";
import {
  absent,
  Button,
  ButtonLink,
  count,
  counted,
  ErrorState,
  Facts,
  joinQueries,
  Link,
  Mark,
  Panel,
  PanelState,
  percent,
  segmentMark,
  SkeletonText,
  StatusOf,
  statusOf,
  StatusTag,
  type PanelQuery,
} from "../../kit";
import { Page } from "../../shell/Page";
import { useCan } from "../../shell/session";
import { hasFeature } from "..";
import { CustomerMap } from "./CustomerMap";
import { Drivers } from "./Drivers";
import { Members } from "./Members";
import { clarity, densityOf, methodWords, momentWords, qualityOf, stabilityWords } from "./runs";
import { StartRunDialog } from "./StartRunDialog";

const EXPERIMENTS_MAX = 200;

/** One segment of one run: where it lies, what sets it apart, who is in it, what uses it. */
export default function SegmentPage() {
  const { run: runId = "", segment: number = "" } = useParams();
  const [isStarting, setStarting] = useState(false);
  const canStart = useCan("editor");
  const run = useQuery(getSegmentationRunOptions({ path: { run: runId } }));
  const list = useQuery(listSegmentsOptions({ path: { run: runId } }));
  const query = joinQueries([list], () => list.data?.items ?? [], [run]);
  const segments = list.data?.items ?? [];
  const segment = segments.find((each) => String(each.segment) === number);
  // A run of one segment has nothing to compare it with.
  const isJudged = !run.data || qualityOf(run.data).silhouette !== null;
  const isGone = list.data !== undefined && !segment;
  const isFailed = query.data === undefined && query.error;
  const crumbs = [
    { label: "Segments", to: "/segments" },
    ...(run.data
      ? [{ label: `Run of ${momentWords(run.data.created_at)}`, to: `/segments?run=${runId}` }]
      : []),
  ];
  return (
    <Page
      title={segment?.name ?? (isGone || isFailed ? "Segment not found" : "Segment")}
      crumbs={crumbs}
      mark={segment && isJudged ? <Firmness segment={segment} /> : null}
      sub={segment && run.data ? <Sub segment={segment} run={run.data} /> : null}
      actions={
        segment ? (
          <>
            {canStart ? <Button onPress={() => setStarting(true)}>Compute again</Button> : null}
            {canStart && hasFeature("campaigns/new") ? (
              <ButtonLink to="/campaigns/new?step=customers" variant="primary">
                New campaign
              </ButtonLink>
            ) : null}
          </>
        ) : null
      }
    >
      {isFailed ? (
        <Panel title="Segment">
          <ErrorState
            error={problemOf(query.error)}
            subject="The segment"
            onRetry={query.refetch}
          />
        </Panel>
      ) : isGone ? (
        <Panel title="Segment">
          <div className="empty">
            <p>This run has no segment of that number.</p>
            <ButtonLink to={`/segments?run=${runId}`}>All segments of the run</ButtonLink>
          </div>
        </Panel>
      ) : (
        <div className="segment-cols">
          <div className="at-map">
            {segment ? (
              <CustomerMap
                run={runId}
                segments={segments}
                noise={run.data ? densityOf(run.data)?.noise : undefined}
                front={segment.segment}
              />
            ) : (
              <Panel title="Map">
                <div className="map-skeleton skeleton" />
              </Panel>
            )}
          </div>
          <div className="at-side stack">
            <Panel title="What sets it apart" padded>
              <PanelState
                query={query}
                subject="The segment"
                isEmpty={() => !segment || segment.drivers.length === 0}
                empty={{ text: "Nothing sets this segment apart from all customers." }}
                missing={() => absent(run, "how and when the run computed it")}
                skeleton={<SkeletonText lines={8} />}
              >
                {() => (segment ? <Drivers segment={segment} /> : null)}
              </PanelState>
            </Panel>
            {segment ? <Firm segment={segment} query={run} /> : null}
            <Used run={runId} segment={Number(number)} />
          </div>
          <div className="at-members">
            <Members
              run={runId}
              segment={Number(number)}
              of={segment ?? null}
              segments={segments}
            />
          </div>
        </div>
      )}
      <StartRunDialog isOpen={isStarting} onClose={() => setStarting(false)} />
    </Page>
  );
}

function Firmness({ segment }: { segment: Segment }) {
  const word = clarity(segment.silhouette);
  return (
    <>
      <Mark index={segmentMark(segment.segment)} />
      <StatusTag tone={word === "Clear" ? "good" : word === "Fair" ? "neutral" : "warn"}>
        {word} group
      </StatusTag>
    </>
  );
}

function Sub({ segment, run }: { segment: Segment; run: SegmentationRun }) {
  const { clusters } = qualityOf(run);
  return (
    <>
      {count(segment.size)} of {counted(run.customers, "customer")} ({percent(segment.share)})
      {clusters === null ? null : ` · one of ${clusters} segments`}
    </>
  );
}

function Firm({ segment, query }: { segment: Segment; query: PanelQuery<SegmentationRun> }) {
  return (
    <Panel title="How firm it is" padded>
      <PanelState query={query} subject="The run" skeleton={<SkeletonText />}>
        {(run) => <Firmnesses segment={segment} run={run} />}
      </PanelState>
    </Panel>
  );
}

function Firmnesses({ segment, run }: { segment: Segment; run: SegmentationRun }) {
  const quality = qualityOf(run);
  return (
    <Facts
      items={[
        [
          "Silhouette",
          quality.silhouette === null
            ? "none"
            : `${segment.silhouette.toFixed(2)} (whole run ${quality.silhouette.toFixed(2)})`,
        ],
        ["Stability", segment.stability === undefined ? null : stabilityWords(segment.stability)],
        [
          "Holds together",
          segment.persistence === undefined ? null : segment.persistence.toFixed(2),
        ],
        ["Method", methodWords(run)],
        ["Computed", momentWords(run.created_at)],
      ]}
    />
  );
}

/** Experiments among the people of this segment. */
function Used({ run, segment }: { run: string; segment: number }) {
  const query = useQuery(listExperimentsOptions({ query: { limit: EXPERIMENTS_MAX } }));
  const mine = (query.data?.items ?? []).filter(
    (each) => each.segmentation_run === run && each.segment === segment,
  );
  return (
    <Panel title="Where it is used" padded>
      <PanelState
        query={query}
        subject="The experiments"
        isEmpty={() => mine.length === 0}
        empty={{ text: "Not used yet. A campaign run plans an experiment for each segment." }}
        missing={(page) =>
          page.next ? [`experiments after the first ${count(EXPERIMENTS_MAX)}`] : []
        }
        skeleton={<SkeletonText lines={2} />}
      >
        {() => (
          <ul className="used">
            {mine.map((each) => (
              <li key={each.id}>
                <span className="break-all">
                  {hasFeature("experiments/:id") ? (
                    <Link to={`/experiments/${each.id}`}>{each.key}</Link>
                  ) : (
                    each.key
                  )}
                </span>
                <StatusOf status={statusOf.experiment(each.state)} />
              </li>
            ))}
          </ul>
        )}
      </PanelState>
    </Panel>
  );
}
