import { useQuery } from "@tanstack/react-query";
import {
  getHealthOptions,
  getOverviewOptions,
  getReadinessOptions,
} from "../../api/client/@tanstack/react-query.gen";
import { counted, Link, StatusWord } from "../../kit";

const READY_EVERY_MS = 60_000; // Not a change of the workspace, so the stream does not tell it.
const STORE_WORDS = { sqlite: "SQLite", postgres: "PostgreSQL" } as const;

/** The server itself, in one line. */
export function SystemLine() {
  const health = useQuery({ ...getHealthOptions(), refetchInterval: READY_EVERY_MS });
  const ready = useQuery({
    ...getReadinessOptions(),
    refetchInterval: READY_EVERY_MS,
    retry: false,
  });
  const queued = useQuery(getOverviewOptions()).data?.jobs.queued;
  return (
    <dl className="line-facts px-1" aria-label="System">
      <div>
        <dt>Server</dt>
        <dd>
          {ready.error ? (
            <StatusWord tone="bad">Not ready</StatusWord>
          ) : (
            <StatusWord tone={ready.data ? "good" : "neutral"}>
              {ready.data ? "Ready" : "Asking"}
            </StatusWord>
          )}
        </dd>
      </div>
      {queued === undefined ? null : (
        <div>
          <dt>Queue</dt>
          <dd>
            <Link to="/jobs?state=queued">{counted(queued, "job")}</Link>
          </dd>
        </div>
      )}
      {ready.data ? (
        <>
          <div>
            <dt>Models</dt>
            <dd>{ready.data.models === "ready" ? "Loaded" : "Load when first needed"}</dd>
          </div>
          <div>
            <dt>Store</dt>
            <dd>{STORE_WORDS[ready.data.store]}</dd>
          </div>
        </>
      ) : null}
      {health.data ? (
        <div>
          <dt>Version</dt>
          <dd>{health.data.version}</dd>
        </div>
      ) : null}
    </dl>
  );
}
