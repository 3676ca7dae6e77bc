import type { Tag } from "../api/query";

/** Which reads an object of the stream touches: object type → tags of the contract. */
export const TAGS: Record<string, readonly Tag[]> = {
  job: ["jobs", "campaigns", "customers", "segmentation", "generation"],
  import: ["customers"],
  customer: ["customers"],
  segmentation_run: ["segmentation", "campaigns"],
  generation_run: ["generation", "campaigns"],
  document: ["retrieval"],
  variant: ["generation", "safety", "experiments"],
  verdict: ["safety", "generation"],
  review: ["safety", "generation"],
  experiment: ["experiments"],
  campaign: ["campaigns"],
  campaign_run: ["campaigns"],
  user: ["users", "auth"],
  key: ["keys"],
  workspace: ["auth"],
};
