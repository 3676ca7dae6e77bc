import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useParams } from "react-router";
import type { CampaignRun, Job } from "../../api/client";
import {
  getCampaignRunOptions,
  getGenerationRunOptions,
  getJobOptions,
  getSegmentationRunOptions,
} from "../../api/client/@tanstack/react-query.gen";
import {
  absent,
  ErrorState,
  LiveChip,
  Missing,
  Panel,
  PanelState,
  RelativeTime,
  SkeletonText,
  StageRail,
  StatusOf,
  statusOf,
  type PanelQuery,
} from "../../kit";
import { Page } from "../../shell/Page";
import { Asked } from "./Asked";
import { Messages } from "./Messages";
import { OtherRuns } from "./OtherRuns";
import { RunActions } from "./RunActions";
import { RunResult } from "./RunResult";
import { isAtWork, runSentence, stagesOf } from "./stages";
import { useAnnounced } from "./useAnnounced";

const TICK_MS = 1_000;

/** One run of a campaign, live: how far it is, what went wrong, what it made. */
export default function RunPage() {
  const { id = "", run: runId = "" } = useParams();
  const query = useQuery(getCampaignRunOptions({ path: { campaign: id, run: runId } }));
  const run = query.data;
  const job = useQuery({
    ...getJobOptions({ path: { job: run?.job ?? "" } }),
    enabled: run !== undefined,
  });
  useAnnounced(run && (job.data || !isAtWork(run.state)) ? runSentence(run, job.data) : null);
  return (
    <Page
      title={run?.content.name ?? "Campaign run"}
      crumbs={[{ label: "Campaigns", to: "/campaigns" }]}
      mark={
        run ? (
          <>
            <StatusOf status={statusOf.job(run.state)} isTag />
            <LiveChip />
          </>
        ) : null
      }
      sub={
        run ? (
          <>
            Started <RelativeTime at={run.created_at} /> · goal: {run.content.goal}
          </>
        ) : null
      }
      actions={run ? <RunActions run={run} job={job.data} /> : null}
    >
      {query.error && !run ? (
        <Panel title="Run">
          <ErrorState error={query.error} subject="The run" onRetry={query.refetch} />
        </Panel>
      ) : (
        <div className="stack">
          <Panel title="Stages">
            <PanelState query={query} subject="The run" skeleton={<SkeletonText lines={4} />}>
              {(found) => <Stages run={found} job={job} />}
            </PanelState>
          </Panel>
          {run ? (
            <div className="cols wide-left">
              <RunResult run={run} />
              <div className="stack">
                {run.generation_run ? <Messages run={run.generation_run} /> : null}
                <Asked query={query} />
                <OtherRuns campaign={run.campaign} open={run.id} />
              </div>
            </div>
          ) : null}
        </div>
      )}
    </Page>
  );
}

function Stages(props: { run: CampaignRun; job: PanelQuery<Job> }) {
  const { run } = props;
  const job = props.job.data;
  const now = useSeconds(isAtWork(run.state));
  const isDone = (stage: string) =>
    run.stages.some((each) => each.stage === stage && each.state === "done");
  const segmentation = useQuery({
    ...getSegmentationRunOptions({ path: { run: run.segmentation_run ?? "" } }),
    enabled: run.segmentation_run !== null && isDone("segments"),
  });
  const generation = useQuery({
    ...getGenerationRunOptions({ path: { run: run.generation_run ?? "" } }),
    enabled: run.generation_run !== null && isDone("variants"),
  });
  const clusters = segmentation.data?.result?.["clusters"];
  const made = {
    customers: segmentation.data?.customers,
    segments: typeof clusters === "number" ? clusters : undefined,
    messages: generation.data?.variants,
  };
  const missing = [
    ...absent(props.job, "the job of the run"),
    ...absent(segmentation, "the number of segments"),
    ...absent(generation, "the number of messages"),
  ];
  const error = run.state === "failed" ? (run.error ?? job?.error ?? "No cause was kept.") : null;
  return (
    <>
      {error ? (
        <div className="p-4 pb-0">
          <div className="banner bad" role="alert">
            <p>
              {error}
              {job?.error_code ? <code> ({job.error_code})</code> : null} Attempt{" "}
              {job ? `${job.attempts} of ${job.attempts_max}` : "not known"}; finished stages are
              kept.
            </p>
          </div>
        </div>
      ) : null}
      <StageRail label="Stages of the run" stages={stagesOf(run, job, made, now)} />
      {run.state === "queued" ? (
        <p className="panel-foot">Waits for a worker. It begins by itself.</p>
      ) : null}
      <Missing names={missing} />
    </>
  );
}

/** The present, to the second, while something runs. */
function useSeconds(isRunning: boolean): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(new Date()), TICK_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
