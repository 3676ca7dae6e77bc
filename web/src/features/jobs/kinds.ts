export const KINDS = ["import", "segmentation", "generation", "campaign"] as const;
export type JobKind = (typeof KINDS)[number];

export const KIND_WORDS: Record<JobKind, string> = {
  import: "Import",
  segmentation: "Segmentation",
  generation: "Generation",
  campaign: "Campaign run",
};
