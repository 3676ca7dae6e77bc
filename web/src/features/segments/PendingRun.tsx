import { useQuery } from "@tanstack/react-query";
import { Info, TriangleAlert } from "lucide-react";
import type { SegmentationRun } from "../../api/client";
import { getJobOptions } from "../../api/client/@tanstack/react-query.gen";
import { Link, RelativeTime } from "../../kit";

/** A newer run that is at work, or that came to nothing: the segments below are those before it. */
export function PendingRun({ run }: { run: SegmentationRun }) {
  const isAtWork = run.state === "queued" || run.state === "running";
  const job = useQuery({ ...getJobOptions({ path: { job: run.job } }), enabled: isAtWork });
  const link = <Link to={`/jobs?job=${run.job}`}>Open the job</Link>;
  if (isAtWork)
    return (
      <div className="banner" role="status">
        <Info className="icon" aria-hidden />
        <p>
          A new run {job.data?.state === "queued" ? "waits for a worker" : "is at work"}; its
          segments replace these when it is done. {link}
        </p>
      </div>
    );
  return (
    <div className="banner warn">
      <TriangleAlert className="icon" aria-hidden />
      <p>
        The run of <RelativeTime at={run.created_at} />{" "}
        {run.state === "failed" ? `failed: ${run.error ?? "no cause was kept"}` : "was cancelled."}{" "}
        {link}
      </p>
    </div>
  );
}
