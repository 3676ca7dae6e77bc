import { useQueries, useQuery } from "@tanstack/react-query";
import type { Campaign, CampaignRun } from "../../api/client";
import {
  getCampaignRunOptions,
  getJobOptions,
  listCampaignsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import { StageTicks } from "../../campaign/StageTicks";
import {
  absent,
  ButtonLink,
  DataTable,
  duration,
  joinQueries,
  Link,
  Panel,
  PanelState,
  Progress,
  RelativeTime,
  StatusOf,
  statusOf,
  useNow,
  type Column,
} from "../../kit";
import { useCan } from "../../shell/session";
import { hasFeature } from "..";

/** The newest campaigns are looked at; older ones that still run are in the list of campaigns. */
const CAMPAIGNS_MAX = 10;
const SHOWN_MAX = 4;

interface Row {
  campaign: Campaign;
  run: CampaignRun;
}

/** Campaigns with a run, those at work first. */
export function RunningCampaigns() {
  const list = useQuery(listCampaignsOptions({ query: { limit: CAMPAIGNS_MAX } }));
  const started = (list.data?.items ?? []).filter((campaign) => campaign.latest_run !== null);
  const runs = useQueries({
    queries: started.map((campaign) =>
      getCampaignRunOptions({ path: { campaign: campaign.id, run: campaign.latest_run ?? "" } }),
    ),
  });
  const query = joinQueries(
    [list],
    () =>
      rowsOf(
        started,
        runs.map((run) => run.data),
      ),
    runs,
  );
  const missing = started.flatMap((campaign, index) =>
    absent(runs[index], `the newest run of ${campaign.content.name}`),
  );
  const canStart = useCan("editor") && hasFeature("campaigns/new");
  const atWork = (query.data ?? []).filter((row) => isAtWork(row.run)).length;
  return (
    <Panel
      title={atWork > 0 ? "Running campaigns" : "Latest campaigns"}
      aside={hasFeature("campaigns") ? <Link to="/campaigns">All campaigns</Link> : null}
    >
      <PanelState
        query={query}
        subject="The campaigns"
        isEmpty={() => started.length === 0}
        empty={{
          text: "No campaign ran yet. A campaign turns customers and approved content into screened messages and an experiment.",
          action: canStart ? <ButtonLink to="/campaigns/new">Make a campaign</ButtonLink> : null,
        }}
        missing={() => missing}
      >
        {(rows) => (
          <DataTable
            caption="Campaigns"
            columns={COLUMNS}
            rows={rows}
            keyOf={(row) => row.run.id}
            {...(hasFeature("campaigns/:id/runs/:run")
              ? { hrefOf: (row: Row) => `/campaigns/${row.campaign.id}/runs/${row.run.id}` }
              : {})}
          />
        )}
      </PanelState>
    </Panel>
  );
}

function isAtWork(run: CampaignRun): boolean {
  return run.state === "queued" || run.state === "running";
}

function rowsOf(campaigns: readonly Campaign[], runs: readonly (CampaignRun | undefined)[]): Row[] {
  return campaigns
    .flatMap((campaign, index) => {
      const run = runs[index];
      return run ? [{ campaign, run }] : [];
    })
    .sort((a, b) => Number(isAtWork(b.run)) - Number(isAtWork(a.run)))
    .slice(0, SHOWN_MAX);
}

function RunProgress({ run }: { run: CampaignRun }) {
  const job = useQuery({ ...getJobOptions({ path: { job: run.job } }), enabled: isAtWork(run) });
  if (run.state === "failed") return <span className="bad">{run.error ?? "It failed"}</span>;
  if (run.state === "succeeded") {
    const count = run.experiments.length;
    return <span>{count === 1 ? "1 experiment planned" : `${count} experiments planned`}</span>;
  }
  if (!job.data) return <span className="faint">Waits for a worker</span>;
  const { stage, done, total } = job.data.progress;
  return <Progress label={`Progress of ${stage}`} done={done} total={total} />;
}

function Took({ run }: { run: CampaignRun }) {
  const now = useNow();
  if (isAtWork(run)) return <>{duration(now.getTime() - new Date(run.created_at).getTime())}</>;
  const total = run.stages.reduce((sum, stage) => sum + (stage.elapsed_ms ?? 0), 0);
  return <>{duration(total)}</>;
}

const COLUMNS: readonly Column<Row>[] = [
  { id: "name", header: "Campaign", cell: (row) => row.campaign.content.name },
  { id: "stage", header: "Stage", width: "22%", cell: (row) => <StageTicks run={row.run} /> },
  {
    id: "progress",
    header: "Progress",
    width: "24%",
    cell: (row) => <RunProgress run={row.run} />,
  },
  {
    id: "state",
    header: "State",
    width: "12%",
    card: "aside",
    cell: (row) => <StatusOf status={statusOf.job(row.run.state)} />,
  },
  {
    id: "took",
    header: "Took",
    width: "10%",
    isNumber: true,
    cell: (row) => <Took run={row.run} />,
  },
  {
    id: "started",
    header: "Started",
    width: "12%",
    isNumber: true,
    cell: (row) => <RelativeTime at={row.run.created_at} />,
  },
];
