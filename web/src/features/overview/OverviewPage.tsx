import { useQuery } from "@tanstack/react-query";
import { listCustomersOptions } from "../../api/client/@tanstack/react-query.gen";
import { ButtonLink, counted, Link, LiveChip, LOCALE, useNow } from "../../kit";
import { Page } from "../../shell/Page";
import { useCan } from "../../shell/session";
import { hasFeature } from "..";
import { NeedsYou } from "./NeedsYou";
import { RunningCampaigns } from "./RunningCampaigns";
import { RunningExperiments } from "./RunningExperiments";
import { SystemLine } from "./SystemLine";

/** What waits for the reader, then what runs. Every number is a link to the list it counts. */
export default function OverviewPage() {
  const canStart = useCan("editor") && hasFeature("campaigns/new");
  return (
    <Page
      title="Overview"
      sub={<Today />}
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
      <div className="stack">
        <NeedsYou />
        <RunningCampaigns />
        <RunningExperiments />
        <SystemLine />
      </div>
    </Page>
  );
}

function Today() {
  const now = useNow();
  const customers = useQuery(listCustomersOptions({ query: { limit: 1 } }));
  const total = customers.data?.total;
  const date = now.toLocaleDateString(LOCALE, { dateStyle: "full" });
  const time = now.toLocaleTimeString(LOCALE, { timeStyle: "short" });
  return (
    <>
      {date}, {time}
      {total === undefined ? null : (
        <>
          {" · "}
          {hasFeature("customers") ? (
            <Link to="/customers">{counted(total, "customer")}</Link>
          ) : (
            counted(total, "customer")
          )}
        </>
      )}
    </>
  );
}
