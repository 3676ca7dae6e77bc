import type { CampaignRun, Channel } from "./client";

/** What people call the contract's values, the same on every screen. */

export const CHANNEL_WORDS: Record<Channel, string> = {
  email: "Email",
  sms: "Text message",
  push: "Push",
  web: "Web",
};

export type StageId = CampaignRun["stages"][number]["stage"];

export const STAGE_WORDS: Record<StageId, string> = {
  segments: "Group customers",
  variants: "Write and screen",
  experiments: "Plan experiments",
};
