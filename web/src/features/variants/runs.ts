import { useQueries, useQuery } from "@tanstack/react-query";
import type { GenerationRun, Variant } from "../../api/client";
import { listVariants } from "../../api/client";
import {
  listCampaignRunsOptions,
  listCampaignsOptions,
  listGenerationRunsOptions,
  listVariantsQueryKey,
} from "../../api/client/@tanstack/react-query.gen";
import { absent } from "../../kit";

const RUNS_MAX = 50;
const CAMPAIGNS_MAX = 20;
const PAGE = 200;
const PAGES_MAX = 5;

export interface NamedRun {
  run: GenerationRun;
  /** The campaign, or the goal of a run that was started by itself. */
  name: string;
  campaign: { name: string; to: string } | null;
}

/** The newest runs, named by the campaign that made them where that is known. */
export function useRuns() {
  const runs = useQuery(listGenerationRunsOptions({ query: { limit: RUNS_MAX } }));
  const campaigns = useQuery(listCampaignsOptions({ query: { limit: CAMPAIGNS_MAX } }));
  const made = useQueries({
    queries: (campaigns.data?.items ?? []).map((campaign) =>
      listCampaignRunsOptions({ path: { campaign: campaign.id } }),
    ),
  });
  const campaignOf = new Map<string, { name: string; to: string }>();
  (campaigns.data?.items ?? []).forEach((campaign, index) => {
    for (const run of made[index]?.data?.items ?? [])
      if (run.generation_run)
        campaignOf.set(run.generation_run, {
          name: run.content.name,
          to: `/campaigns/${campaign.id}/runs/${run.id}`,
        });
  });
  const named = (runs.data?.items ?? []).map((run): NamedRun => {
    const campaign = campaignOf.get(run.id);
    return { run, name: campaign?.name ?? run.request.goal, campaign: campaign ?? null };
  });
  const failed = [campaigns, ...made].find((each) => each.error && each.data === undefined);
  return { query: runs, named, missing: absent(failed, "names of campaigns") };
}

export interface AllVariants {
  items: Variant[];
  /** Whether there are more than are read here. */
  isCut: boolean;
}

/** All variants of a run, page after page; made old by the stream like the first page. */
export function useRunVariants(run: string | null) {
  const key = listVariantsQueryKey({ query: { run: run ?? "", limit: PAGE } });
  return useQuery({
    queryKey: [{ ...key[0], isWhole: true }] as const,
    enabled: run !== null,
    queryFn: async ({ signal }): Promise<AllVariants> => {
      const items: Variant[] = [];
      let before: string | null = null;
      for (let page = 0; page < PAGES_MAX; ++page) {
        const { data }: { data: { items: Variant[]; next: string | null } } = await listVariants({
          query: { run: run ?? "", limit: PAGE, ...(before ? { before } : {}) },
          signal,
          throwOnError: true,
        });
        items.push(...data.items);
        before = data.next;
        if (before === null) return { items, isCut: false };
      }
      return { items, isCut: true };
    },
  });
}
