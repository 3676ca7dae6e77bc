import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX } from "lucide-react";
import type { Import } from "../api/client";
import { getImportOptions, getJobOptions } from "../api/client/@tanstack/react-query.gen";
import { basePath } from "../api/http";
import { count, counted, PanelState, Progress, SkeletonText } from "../kit";

/** Where the rejected lines of an import can be had as a file. */
export function rejectedUrl(id: string): string {
  return `${basePath()}/api/v1/customers/imports/${id}/rejected`;
}

/** An import from its start to its end, followed live. */
export function ImportStatus({ id }: { id: string }) {
  const query = useQuery(getImportOptions({ path: { import: id } }));
  return (
    <PanelState query={query} subject="The import" skeleton={<SkeletonText lines={2} />}>
      {(found) => <Shown found={found} />}
    </PanelState>
  );
}

function Shown({ found }: { found: Import }) {
  const isAtWork = found.state === "queued" || found.state === "running";
  const job = useQuery({ ...getJobOptions({ path: { job: found.job } }), enabled: isAtWork });
  if (isAtWork)
    return (
      <div className="grid gap-2">
        <p>
          {found.state === "queued" ? "Waits for a worker: " : "Reading "} {found.file}
        </p>
        {job.data ? (
          <Progress
            label={`Import of ${found.file}`}
            done={job.data.progress.done}
            total={job.data.progress.total}
            unit={job.data.progress.stage === "save" ? "customers" : ""}
          />
        ) : null}
      </div>
    );
  if (found.state !== "succeeded")
    return (
      <p className="state bad">
        <CircleX className="icon" aria-hidden />
        <span className="whitespace-normal">
          {found.file} was not imported: {found.error ?? "it was cancelled"}
        </span>
      </p>
    );
  const rejected = found.summary?.rejected_count ?? 0;
  return (
    <div className="grid gap-1">
      <p>
        <span className="state good">
          <CircleCheck className="icon" aria-hidden />
          Imported
        </span>{" "}
        {found.file}: {counted(found.customers, "customer")}
        {found.summary ? ` from ${counted(found.summary.lines, "line")}` : ""}.
      </p>
      {rejected > 0 ? (
        <p className="small dim">
          {counted(rejected, "line")} could not be read.{" "}
          <a href={rejectedUrl(found.id)} download>
            Download {count(rejected)} rejected
          </a>
        </p>
      ) : null}
    </div>
  );
}
