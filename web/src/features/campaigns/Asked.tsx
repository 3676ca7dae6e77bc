import type { CampaignContent, CampaignRun } from "../../api/client";
import { counted, Facts, Panel, PanelState, percent, type PanelQuery } from "../../kit";
import { CHANNEL_WORDS } from "../../api/words";

/** What the run was started with; what was left open the server chose. */
export function Asked({ query }: { query: PanelQuery<CampaignRun> }) {
  return (
    <Panel title="What was asked" padded>
      <PanelState query={query} subject="What was asked">
        {(run) => <Said content={run.content} />}
      </PanelState>
    </Panel>
  );
}

function Said({ content }: { content: CampaignContent }) {
  const { plan = {} } = content;
  const share = (value: number | undefined) => (value === undefined ? null : percent(value));
  return (
    <Facts
      items={[
        ["Goal", content.goal],
        ["Sent by", content.channel ? CHANNEL_WORDS[content.channel] : null],
        [
          "Each segment",
          content.variants === undefined
            ? null
            : `${counted(content.variants, "message")} and control`,
        ],
        ["Orders expected", share(plan.baseline)],
        ["Gain worth finding", share(plan.minimum_lift)],
        [
          "Sent in a day",
          plan.units_per_day === undefined ? null : counted(plan.units_per_day, "customer"),
        ],
        [
          "Wait",
          plan.attribution_days === undefined ? null : counted(plan.attribution_days, "day"),
        ],
      ]}
    />
  );
}
