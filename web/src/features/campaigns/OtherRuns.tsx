import { useQuery } from "@tanstack/react-query";
import { listCampaignRunsOptions } from "../../api/client/@tanstack/react-query.gen";
import { Link, Panel, PanelState, RelativeTime, SkeletonText, StatusOf, statusOf } from "../../kit";

const RUNS_MAX = 10;

/** The newest runs of the same campaign. */
export function OtherRuns({ campaign, open }: { campaign: string; open: string }) {
  const query = useQuery(
    listCampaignRunsOptions({ path: { campaign }, query: { limit: RUNS_MAX } }),
  );
  return (
    <Panel title="Runs">
      <PanelState query={query} subject="The runs" skeleton={<SkeletonText lines={2} />}>
        {(page) => (
          <ul className="rows">
            {page.items.map((run) => (
              <li key={run.id}>
                <span className="grow">
                  {run.id === open ? (
                    <b>
                      <RelativeTime at={run.created_at} />
                      <span className="dim">, this one</span>
                    </b>
                  ) : (
                    <Link to={`/campaigns/${campaign}/runs/${run.id}`}>
                      <RelativeTime at={run.created_at} />
                    </Link>
                  )}
                </span>
                <StatusOf status={statusOf.job(run.state)} />
              </li>
            ))}
          </ul>
        )}
      </PanelState>
    </Panel>
  );
}
