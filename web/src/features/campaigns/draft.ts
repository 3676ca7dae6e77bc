import type { CampaignContent, Channel } from "../../api/client";
import { newIdempotencyKey } from "../../api/http";

export const STEPS = ["customers", "content", "goal", "review"] as const;
export type Step = (typeof STEPS)[number];

export const STEP_WORDS: Record<Step, string> = {
  customers: "Customers",
  content: "Content",
  goal: "Goal",
  review: "Review and run",
};

export type Source = "present" | "upload" | "sample";

/** What a new campaign has so far; numbers stay as they were typed. */
export interface Draft {
  source: Source;
  /** Import that this draft started. */
  import: string | null;
  name: string;
  goal: string;
  channel: Channel;
  variants: string;
  baseline: string;
  lift: string;
  perDay: string;
  waitDays: string;
  /** Made at the first try to start; a second try with the same words uses it again. */
  campaign: string | null;
  /** The same key gives the same run, however often the button is pressed. */
  key: string;
}

export function newDraft(): Draft {
  return {
    source: "present",
    import: null,
    name: "",
    goal: "",
    channel: "email",
    variants: "3",
    baseline: "5",
    lift: "20",
    perDay: "500",
    waitDays: "7",
    campaign: null,
    key: newIdempotencyKey(),
  };
}

/** A change of what is asked for is another campaign, with another key. */
export function changed(draft: Draft, change: Partial<Draft>): Draft {
  const after = { ...draft, ...change };
  const isSameContent =
    JSON.stringify(contentOf(after, true)) === JSON.stringify(contentOf(draft, true));
  if (isSameContent) return after;
  return { ...after, campaign: null, key: newIdempotencyKey() };
}

export type Field = "name" | "goal" | "variants" | "baseline" | "lift" | "perDay" | "waitDays";

const NAME_MAX = 100;
const GOAL_MAX = 500;
const RANGES: Record<Exclude<Field, "name" | "goal">, Range> = {
  variants: { least: 1, most: 8, isWhole: true },
  baseline: { least: 0.01, most: 99, isWhole: false },
  lift: { least: 0.1, most: 10_000, isWhole: false },
  perDay: { least: 1, most: 1_000_000_000, isWhole: true },
  waitDays: { least: 1, most: 365, isWhole: true },
};

interface Range {
  least: number;
  most: number;
  isWhole: boolean;
}

/** What is wrong, field by field; empty when the campaign can be started. */
export function faultsOf(draft: Draft): Partial<Record<Field, string>> {
  const faults: Partial<Record<Field, string>> = {};
  if (draft.name.trim() === "") faults.name = "Give it a name";
  else if (draft.name.trim().length > NAME_MAX) faults.name = `At most ${NAME_MAX} characters`;
  if (draft.goal.trim() === "") faults.goal = "Say what it is for";
  else if (draft.goal.trim().length > GOAL_MAX) faults.goal = `At most ${GOAL_MAX} characters`;
  for (const [field, range] of Object.entries(RANGES) as [keyof typeof RANGES, Range][]) {
    const value = numberOf(draft[field]);
    if (value >= range.least && value <= range.most && (!range.isWhole || Number.isInteger(value)))
      continue;
    const kind = range.isWhole ? "A whole number" : "A number";
    faults[field] = `${kind} from ${range.least} to ${range.most.toLocaleString("en-GB")}`;
  }
  return faults;
}

function numberOf(text: string): number {
  return text.trim() === "" ? NaN : Number(text.replace(",", "."));
}

/** The request. Shares are typed as percent and sent as parts of one. */
export function contentOf(draft: Draft, isLoose = false): CampaignContent {
  const share = (text: string) => Number((numberOf(text) / 100).toPrecision(12));
  return {
    name: isLoose ? draft.name : draft.name.trim(),
    goal: isLoose ? draft.goal : draft.goal.trim(),
    channel: draft.channel,
    language: "en",
    variants: numberOf(draft.variants),
    plan: {
      baseline: share(draft.baseline),
      minimum_lift: share(draft.lift),
      units_per_day: numberOf(draft.perDay),
      attribution_days: numberOf(draft.waitDays),
    },
  };
}

const STORAGE_KEY = "cpo-new-campaign";

/** The draft of this tab; it survives a reload, not the end of the tab. */
export function loadDraft(): Draft {
  try {
    const kept = sessionStorage.getItem(STORAGE_KEY);
    if (kept) return { ...newDraft(), ...(JSON.parse(kept) as Partial<Draft>) };
  } catch {
    // Storage may be off or its text broken: begin anew.
  }
  return newDraft();
}

export function keepDraft(draft: Draft | null) {
  try {
    if (draft) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(draft));
    else sessionStorage.removeItem(STORAGE_KEY);
  } catch {
    // Without storage the draft lives as long as the page.
  }
}
