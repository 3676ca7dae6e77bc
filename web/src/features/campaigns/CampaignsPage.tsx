import { useMutation, useQueries, useQuery } from "@tanstack/react-query";
import { parseAsString, useQueryStates } from "nuqs";
import { useRef } from "react";
import { useNavigate } from "react-router";
import type { Campaign, CampaignRun } from "../../api/client";
import {
  getCampaignRunOptions,
  getJobOptions,
  listCampaignsOptions,
  startCampaignRunMutation,
} from "../../api/client/@tanstack/react-query.gen";
import { newIdempotencyKey } from "../../api/http";
import { StageTicks } from "../../campaign/StageTicks";
import {
  absent,
  Button,
  ButtonLink,
  counted,
  DataTable,
  joinQueries,
  LiveChip,
  Pager,
  Panel,
  PanelState,
  Progress,
  RelativeTime,
  StatusOf,
  statusOf,
  toastProblem,
  type Column,
} from "../../kit";
import { Page } from "../../shell/Page";
import { useCan } from "../../shell/session";
import { isAtWork } from "./stages";

const PAGE_SIZE = 20;
const PARSERS = { before: parseAsString, after: parseAsString };

interface Row {
  campaign: Campaign;
  run: CampaignRun | null;
}

/** All campaigns with the state of their newest run. */
export default function CampaignsPage() {
  const [url, setUrl] = useQueryStates(PARSERS, { history: "push" });
  const canStart = useCan("editor");
  const list = useQuery(
    listCampaignsOptions({
      query: {
        limit: PAGE_SIZE,
        ...(url.before ? { before: url.before } : {}),
        ...(url.after ? { after: url.after } : {}),
      },
    }),
  );
  const campaigns = list.data?.items ?? [];
  const started = campaigns.filter((campaign) => campaign.latest_run !== null);
  const runs = useQueries({
    queries: started.map((campaign) =>
      getCampaignRunOptions({ path: { campaign: campaign.id, run: campaign.latest_run ?? "" } }),
    ),
  });
  const runOf = (campaign: Campaign) =>
    runs.find((run) => run.data?.campaign === campaign.id)?.data ?? null;
  const query = joinQueries(
    [list],
    () => campaigns.map((campaign): Row => ({ campaign, run: runOf(campaign) })),
    runs,
  );
  const missing = started.flatMap((campaign, index) =>
    absent(runs[index], `the newest run of ${campaign.content.name}`),
  );
  return (
    <Page
      title="Campaigns"
      sub="From customers and approved content to screened messages and experiments"
      actions={
        <>
          <LiveChip />
          {canStart ? (
            <ButtonLink to="/campaigns/new" variant="primary">
              New campaign
            </ButtonLink>
          ) : null}
        </>
      }
    >
      <Panel title="All campaigns" aside="Newest first">
        <PanelState
          query={query}
          subject="The campaigns"
          isEmpty={(rows) => rows.length === 0}
          empty={{
            text: "No campaigns yet. A campaign groups your customers, writes messages from approved content, screens each and plans an experiment for every segment.",
            action: canStart ? (
              <ButtonLink to="/campaigns/new">Make the first campaign</ButtonLink>
            ) : null,
          }}
          missing={() => missing}
        >
          {(rows) => (
            <>
              <DataTable
                caption="Campaigns"
                columns={COLUMNS}
                rows={rows}
                keyOf={(row) => row.campaign.id}
                hrefOf={({ campaign }) =>
                  campaign.latest_run ? `/campaigns/${campaign.id}/runs/${campaign.latest_run}` : ""
                }
              />
              <Pager
                newer={list.data?.previous ?? null}
                older={list.data?.next ?? null}
                onNewer={(after) => void setUrl({ after, before: null })}
                onOlder={(before) => void setUrl({ before, after: null })}
                onFirst={url.before ? () => void setUrl({ before: null, after: null }) : undefined}
              />
            </>
          )}
        </PanelState>
      </Panel>
    </Page>
  );
}

function ProgressCell({ run }: { run: CampaignRun }) {
  const job = useQuery({
    ...getJobOptions({ path: { job: run.job } }),
    enabled: isAtWork(run.state),
  });
  if (run.state === "failed")
    return <span className="bad">{run.error ?? "No cause was kept"}</span>;
  if (run.state === "cancelled") return <span className="faint">Stopped on request</span>;
  if (run.state === "succeeded")
    return (
      <>
        {counted(run.experiments.length, "experiment")} planned
        {run.skipped.length > 0 ? `, ${counted(run.skipped.length, "segment")} skipped` : ""}
      </>
    );
  if (!job.data || job.data.state === "queued")
    return <span className="faint">Waits for a worker</span>;
  const { stage, done, total } = job.data.progress;
  return <Progress label={`Progress of ${stage}`} done={done} total={total} />;
}

/** A campaign that was kept but never ran. */
function FirstRun({ campaign }: { campaign: Campaign }) {
  const canStart = useCan("editor");
  const navigate = useNavigate();
  const key = useRef(newIdempotencyKey());
  const start = useMutation({
    ...startCampaignRunMutation(),
    onSuccess: ({ run }) => navigate(`/campaigns/${campaign.id}/runs/${run}`),
    onError: (error) => toastProblem(error, "The run"),
  });
  if (!canStart) return <span className="faint">Not run yet</span>;
  return (
    <Button
      size="small"
      isPending={start.isPending}
      aria-label={`Run ${campaign.content.name}`}
      onPress={() =>
        start.mutate({
          path: { campaign: campaign.id },
          headers: { "Idempotency-Key": key.current },
        })
      }
    >
      Run
    </Button>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: "name",
    header: "Campaign",
    width: "20%",
    cell: ({ campaign }) => campaign.content.name,
  },
  {
    id: "goal",
    header: "Goal",
    width: "20%",
    cell: ({ campaign }) => <span className="dim">{campaign.content.goal}</span>,
  },
  {
    id: "state",
    header: "Newest run",
    width: "11%",
    card: "aside",
    cell: ({ campaign, run }) =>
      run ? (
        <StatusOf status={statusOf.job(run.state)} />
      ) : (
        <span className="faint">{campaign.latest_run ? "Not known" : "Not run"}</span>
      ),
  },
  {
    id: "stage",
    header: "Stage",
    width: "17%",
    cell: ({ campaign, run }) =>
      run ? (
        <StageTicks run={run} />
      ) : (
        <span className="faint">{campaign.latest_run ? "Not known" : "None"}</span>
      ),
  },
  {
    id: "progress",
    header: "Progress",
    cell: ({ campaign, run }) =>
      run ? (
        <ProgressCell run={run} />
      ) : campaign.latest_run ? (
        <span className="faint">Its run is not here</span>
      ) : (
        <FirstRun campaign={campaign} />
      ),
  },
  {
    id: "at",
    header: "Started",
    isNumber: true,
    width: "11%",
    cell: ({ campaign, run }) => <RelativeTime at={run?.created_at ?? campaign.created_at} />,
  },
];
