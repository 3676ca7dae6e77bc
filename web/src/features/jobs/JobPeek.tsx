import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Job } from "../../api/client";
import { getJobOptions } from "../../api/client/@tanstack/react-query.gen";
import {
  Button,
  ConfirmDialog,
  Facts,
  PanelState,
  Peek,
  RelativeTime,
  SkeletonText,
  StatusOf,
  statusOf,
} from "../../kit";
import { useCan } from "../../shell/session";
import { useJobActions } from "../../shell/useJobActions";
import { RanFor } from "./JobsPage";
import { JobProgress } from "./JobProgress";
import { KIND_WORDS, type JobKind } from "./kinds";

interface Props {
  id: string;
  onClose: () => void;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
}

/** One job: how far it is, what it gave or why it failed, and the two things one can do about it. */
export function JobPeek({ id, ...around }: Props) {
  const query = useQuery(getJobOptions({ path: { job: id } }));
  const job = query.data;
  const word = job ? (KIND_WORDS[job.kind as JobKind] ?? job.kind) : "Job";
  return (
    <Peek
      {...around}
      label={`Job ${id}`}
      title={
        <span className="named">
          {word}
          {job ? <StatusOf status={statusOf.job(job.state)} isTag /> : null}
        </span>
      }
      footer={job ? <Actions job={job} /> : null}
    >
      <PanelState query={query} subject="This job" skeleton={<SkeletonText lines={8} />}>
        {(found) => <Detail job={found} />}
      </PanelState>
    </Peek>
  );
}

function Detail({ job }: { job: Job }) {
  return (
    <>
      {job.error ? (
        <div className="banner bad mb-4">
          <p>
            {job.error}
            {job.error_code ? <code> ({job.error_code})</code> : null}
          </p>
        </div>
      ) : null}
      <div className="block">
        <Facts
          items={[
            ["Progress", <JobProgress key="progress" job={job} />],
            ["Attempt", `${job.attempts} of ${job.attempts_max}`],
            ["Ran for", <RanFor key="ran" job={job} />],
            ["Queued", <RelativeTime key="queued" at={job.created_at} />],
            ["Started", job.started_at ? <RelativeTime at={job.started_at} /> : null],
            ["Finished", job.finished_at ? <RelativeTime at={job.finished_at} /> : null],
            ["Works on", `${job.subject_type.replaceAll("_", " ")}`],
            ["Its id", <code key="subject">{job.subject}</code>],
            ["Job id", <code key="id">{job.id}</code>],
          ]}
        />
      </div>
      {job.result ? (
        <div className="block">
          <h3>Result</h3>
          <pre className="data">{JSON.stringify(job.result, null, 2)}</pre>
        </div>
      ) : null}
    </>
  );
}

function Actions({ job }: { job: Job }) {
  const canEdit = useCan("editor");
  const [isAsking, setAsking] = useState(false);
  const { cancel, retry } = useJobActions("The job", () => setAsking(false));
  if (!canEdit) return null;
  const isOpen = job.state === "queued" || job.state === "running";
  const canRetry = job.state === "failed" || job.state === "cancelled";
  return (
    <div className="actions">
      {isOpen ? (
        <Button
          variant="danger"
          why={job.is_cancel_requested ? "It was asked to stop already" : undefined}
          onPress={() => setAsking(true)}
        >
          Cancel job
        </Button>
      ) : (
        <Button
          isPending={retry.isPending}
          why={canRetry ? undefined : "Only a failed or cancelled job runs again"}
          onPress={() => retry.mutate({ path: { job: job.id } })}
        >
          Run again
        </Button>
      )}
      <ConfirmDialog
        title="Cancel this job?"
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        verb="Cancel job"
        isPending={cancel.isPending}
        onConfirm={() => cancel.mutate({ path: { job: job.id } })}
      >
        <p>
          What it has done so far stays. It can run again later, from the beginning of its present
          stage.
        </p>
      </ConfirmDialog>
    </div>
  );
}
