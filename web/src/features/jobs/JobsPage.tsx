import { useQuery } from "@tanstack/react-query";
import { createSerializer, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useCallback } from "react";
import type { Job, JobState } from "../../api/client";
import { listJobsOptions } from "../../api/client/@tanstack/react-query.gen";
import {
  type ActiveFilter,
  type Column,
  DataTable,
  duration,
  FilterSelect,
  Link,
  LiveChip,
  Pager,
  Panel,
  PanelState,
  PeekLayout,
  RelativeTime,
  StatusOf,
  statusOf,
  useNow,
} from "../../kit";
import { Page } from "../../shell/Page";
import { hasFeature } from "..";
import { JobPeek } from "./JobPeek";
import { JobProgress } from "./JobProgress";
import { KIND_WORDS, KINDS, type JobKind } from "./kinds";

const STATES: readonly JobState[] = ["queued", "running", "succeeded", "failed", "cancelled"];
const PARSERS = {
  kind: parseAsStringLiteral(KINDS),
  state: parseAsStringLiteral(STATES),
  before: parseAsString,
  after: parseAsString,
  job: parseAsString,
};
const inUrl = createSerializer(PARSERS);
const PAGE_SIZE = 50;

/** Work in the background: what runs, what failed and why. */
export default function JobsPage() {
  const [url, setUrl] = useQueryStates(PARSERS, { history: "push" });
  const { kind, state, before, after, job: openId } = url;
  const query = useQuery(
    listJobsOptions({
      query: {
        limit: PAGE_SIZE,
        ...(kind ? { kind } : {}),
        ...(state ? { state } : {}),
        ...(before ? { before } : {}),
        ...(after ? { after } : {}),
      },
    }),
  );
  const items = query.data?.items ?? [];
  const close = useCallback(() => void setUrl({ job: null }), [setUrl]);
  const filters: ActiveFilter[] = [];
  if (kind)
    filters.push({
      name: "Kind",
      value: KIND_WORDS[kind],
      onRemove: () => void setUrl({ kind: null, before: null, after: null }),
    });
  if (state)
    filters.push({
      name: "State",
      value: statusOf.job(state).word,
      onRemove: () => void setUrl({ state: null, before: null, after: null }),
    });
  const at = items.findIndex((job) => job.id === openId);
  const step = (by: number) => {
    const next = items[at + by];
    return at >= 0 && next
      ? () => void setUrl({ job: next.id }, { history: "replace" })
      : undefined;
  };
  return (
    <Page
      title="Jobs"
      sub="Imports, segmentations, generations and campaign runs, newest first"
      actions={<LiveChip />}
    >
      <PeekLayout
        list={
          <Panel
            title="All jobs"
            aside={<Filters kind={kind} state={state} onChange={(next) => void setUrl(next)} />}
          >
            <PanelState
              query={query}
              subject="The jobs"
              isEmpty={(page) => page.items.length === 0}
              empty={{
                text: "Nothing ran yet. An import or a campaign run appears here.",
                action: hasFeature("campaigns") ? (
                  <Link to="/campaigns">Open campaigns</Link>
                ) : undefined,
              }}
              filters={filters}
              onClearFilters={() =>
                void setUrl({ kind: null, state: null, before: null, after: null })
              }
            >
              {(page) => (
                <>
                  <DataTable
                    caption="Jobs"
                    columns={COLUMNS}
                    rows={page.items}
                    keyOf={(job) => job.id}
                    hrefOf={(job) => inUrl({ ...url, job: job.id }) || "?"}
                    openKey={openId}
                    isCompact={openId !== null}
                  />
                  <Pager
                    newer={page.previous}
                    older={page.next}
                    onNewer={(cursor) => void setUrl({ after: cursor, before: null })}
                    onOlder={(cursor) => void setUrl({ before: cursor, after: null })}
                    onFirst={before ? () => void setUrl({ before: null, after: null }) : undefined}
                  />
                </>
              )}
            </PanelState>
          </Panel>
        }
        peek={
          openId ? (
            <JobPeek
              key={openId}
              id={openId}
              onClose={close}
              onPrevious={step(-1)}
              onNext={step(1)}
            />
          ) : null
        }
      />
    </Page>
  );
}

function Filters(props: {
  kind: JobKind | null;
  state: JobState | null;
  onChange: (next: {
    kind?: JobKind | null;
    state?: JobState | null;
    before: null;
    after: null;
  }) => void;
}) {
  const { kind, state, onChange } = props;
  return (
    <div className="filters">
      <FilterSelect<JobKind>
        label="Kind"
        all="Every kind"
        value={kind}
        onChange={(kind) => onChange({ kind, before: null, after: null })}
        choices={KINDS.map((value) => ({ value, label: KIND_WORDS[value] }))}
      />
      <FilterSelect<JobState>
        label="State"
        all="Every state"
        value={state}
        onChange={(state) => onChange({ state, before: null, after: null })}
        choices={STATES.map((value) => ({ value, label: statusOf.job(value).word }))}
      />
    </div>
  );
}

const COLUMNS: readonly Column<Job>[] = [
  {
    id: "kind",
    header: "Job",
    cell: (job) => KIND_WORDS[job.kind as JobKind] ?? job.kind,
    width: "22%",
  },
  {
    id: "state",
    header: "State",
    card: "aside",
    cell: (job) => <StatusOf status={statusOf.job(job.state)} />,
    width: "14%",
  },
  { id: "progress", header: "Progress", cell: (job) => <JobProgress job={job} /> },
  {
    id: "tries",
    header: "Attempt",
    isNumber: true,
    isLow: true,
    width: "10%",
    cell: (job) => `${job.attempts} of ${job.attempts_max}`,
  },
  {
    id: "created",
    header: "Started",
    isNumber: true,
    width: "14%",
    cell: (job) => <RelativeTime at={job.created_at} />,
  },
  {
    id: "ran",
    header: "Ran for",
    isNumber: true,
    isLow: true,
    width: "12%",
    cell: (job) => <RanFor job={job} />,
  },
];

/** From its start to its end, or until now. */
export function RanFor({ job }: { job: Job }) {
  const now = useNow();
  if (!job.started_at) return <span className="faint">not started</span>;
  const end = job.finished_at ? new Date(job.finished_at) : now;
  return <>{duration(Math.max(0, end.getTime() - new Date(job.started_at).getTime()))}</>;
}
