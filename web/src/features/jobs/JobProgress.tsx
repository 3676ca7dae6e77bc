import type { Job } from "../../api/client";
import { count, Progress } from "../../kit";

/** The stage and its figures while it runs, the cause when it failed, the sum when it is done. */
export function JobProgress({ job }: { job: Job }) {
  const { done, total, stage } = job.progress;
  if (job.state === "failed")
    return <span className="bad">{job.error ?? "No cause was kept"}</span>;
  if (job.state === "queued") return <span className="faint">Waits for a worker</span>;
  if (job.state === "running")
    return (
      <span className="grid gap-1">
        <span>{stage === "" ? "Begins" : stage}</span>
        <Progress label={`Progress of ${stage}`} done={done} total={total} />
      </span>
    );
  if (job.state === "cancelled")
    return <span className="faint">Stopped in {stage || "the queue"}</span>;
  return <span className="dim">{summaryOf(job) ?? `${count(total)} done`}</span>;
}

/** The figures of a result that a person may care about: "620 customers, 2 rejected". */
function summaryOf(job: Job): string | null {
  const figures = Object.entries(job.result ?? {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number",
  );
  if (figures.length === 0) return null;
  return figures.map(([name, value]) => `${count(value)} ${name.replaceAll("_", " ")}`).join(", ");
}
