import { LIST, ITEM, PEEK, LEGEND, ALL_OR_NONE, WITH_PARENT, never } from "./rows";
import { NO_ITEMS, type Scene } from "./states";

/** Objects of the sample that the addresses name. */
export interface Made {
  campaignRun: string;
  customer: string;
  document: string;
  experiment: string;
  job: string;
  segment: string;
  variant: string;
  generationRun: string;
}

/** Every panel of every screen: its read, and each of the six states or why it cannot come about. */
export const SCENES: readonly Scene<Made>[] = [
  {
    screen: "Overview",
    path: () => "",
    rows: [
      LIST("Needs you", /^GET \/overview$/, {
        error: 500,
        empty: {
          words: "Nothing waits for you.",
          answer: (real: { variants: object; jobs: object }) => ({
            ...real,
            variants: { unscreened: 0, pass: 0, review: 0, block: 0, approved: 0, rejected: 0 },
            jobs: { ...real.jobs, failed: 0 },
          }),
        },
        partial: { request: /^GET \/experiments\/.*\/results/, missing: /the results of \w+/ },
      }),
      LIST("Latest campaigns", /^GET \/campaigns\?limit=10/, {
        error: 429,
        empty: { words: "No campaign ran yet.", action: "Make a campaign" },
        partial: { request: /^GET \/campaigns\/.*\/runs\//, missing: "the newest run of Win back" },
      }),
      LIST("Running experiments", /^GET \/experiments\?.*state=running/, {
        error: "offline",
        empty: { words: "No experiment runs.", action: "Drafts that can start" },
        partial: { request: /^GET \/experiments\/.*\/results/, missing: /the results of \w+/ },
      }),
    ],
  },
  {
    screen: "Segments: runs",
    path: () => "segments",
    rows: [
      LIST("Segments", /^GET \/segmentation\/runs\?/, {
        at: (page) => page.getByRole("region", { name: /egments$/ }).first(),
        error: 429,
        stale: never(
          "with a run there its list takes this place; its age stands in How firm it is",
        ),
        empty: { words: "No segments yet.", action: "Compute segments" },
      }),
    ],
  },
  {
    screen: "Segments: one run",
    path: () => "segments",
    rows: [
      LIST("8 segments", /^GET \/segmentation\/runs\/[^/]+\/segments$/, {
        at: (page) => page.getByRole("region", { name: /egments$/ }).first(),
        error: 403,
        empty: { words: "This run made no segments." },
      }),
      ITEM("How firm it is", /^GET \/segmentation\/runs\?/, {
        loading: WITH_PARENT,
        error: WITH_PARENT,
      }),
    ],
  },
  {
    screen: "Segments: map and contrast",
    path: () => "segments",
    rows: [
      LIST("Map", /^GET \/segmentation\/runs\/[^/]+\/map$/, {
        error: 429,
        empty: never("it is drawn for a run with segments, and those have customers"),
        filtered: LEGEND,
      }),
      LIST("What tells two segments apart", /\/segments\/\d+\/contrasts\/\d+$/, {
        error: 429,
        empty: { words: "Nothing tells these two apart by much." },
      }),
    ],
  },
  {
    screen: "Segment",
    path: ({ segment }) => segment,
    rows: [
      LIST("What sets it apart", /^GET \/segmentation\/runs\/[^/]+\/segments$/, {
        error: never("the page says it in the place of all panels: next scene"),
        empty: {
          words: "Nothing sets this segment apart from all customers.",
          answer: (real: { items: object[] }) => ({
            ...real,
            items: real.items.map((segment) => ({ ...segment, drivers: [] })),
          }),
        },
        partial: {
          request: /^GET \/segmentation\/runs\/[^/]+$/,
          missing: "how and when the run computed it",
        },
      }),
      ITEM("How firm it is", /^GET \/segmentation\/runs\/[^/]+$/, {
        loading: never("it appears with the segment, and skips its skeleton when the run is there"),
        error: 404,
      }),
    ],
  },
  {
    screen: "Segment: as a whole",
    path: ({ segment }) => segment,
    rows: [
      ITEM("Segment", /^GET \/segmentation\/runs\/[^/]+\/segments$/, {
        at: (page) => page.getByRole("main"),
        error: 429,
        stale: never("each of its panels says it"),
        partial: never("each of its panels says it"),
      }),
    ],
  },
  {
    screen: "Segment: panels with reads of their own",
    path: ({ segment }) => `${segment}?members=all`,
    rows: [
      LIST("Map", /^GET \/segmentation\/runs\/[^/]+\/map$/, {
        error: 404,
        empty: never("a segment has customers"),
        filtered: LEGEND,
      }),
      LIST("Members", /^GET \/segmentation\/runs\/[^/]+\/segments\/\d+\/members/, {
        error: 403,
        empty: { words: "Nobody is in this segment." },
        partial: { request: /^GET \/customers\/[^/?]+$/, missing: "figures of 20 customers" },
      }),
      LIST("Where it is used", /^GET \/experiments\?limit=200/, {
        error: 429,
        empty: { words: "Not used yet." },
        partial: never("it names the experiments beyond the first 200, which take 201 to see"),
      }),
    ],
  },
  {
    screen: "Campaigns",
    path: () => "campaigns",
    rows: [
      LIST("All campaigns", /^GET \/campaigns\?limit=20/, {
        error: 429,
        empty: { words: "No campaigns yet.", action: "Make the first campaign" },
        partial: { request: /^GET \/campaigns\/.*\/runs\//, missing: "the newest run of Win back" },
      }),
    ],
  },
  {
    screen: "Composer: customers",
    path: () => "campaigns/new",
    rows: [
      LIST("Customers", /^GET \/customers\?limit=1$/, {
        error: 429,
        empty: {
          words: "No customers are here yet.",
          answer: (real: object) => ({ ...NO_ITEMS(real), total: 0 }),
        },
        partial: ALL_OR_NONE,
      }),
      ITEM("So far", /^GET \/customers\?limit=1$/, {
        error: 429,
        partial: ALL_OR_NONE,
      }),
    ],
  },
  {
    screen: "Composer: content",
    path: () => "campaigns/new?step=content",
    rows: [
      LIST("Approved content", /^GET \/retrieval\/documents\?.*state=approved/, {
        error: 429,
        empty: { words: "Nothing is approved yet." },
      }),
      LIST("Waits for approval", /^GET \/retrieval\/documents\?.*state=draft/, {
        error: 403,
        empty: { words: "Nothing waits for approval." },
      }),
    ],
  },
  {
    screen: "Composer: review",
    path: () => "campaigns/new?step=review",
    rows: [
      ITEM("Before it runs", /^GET \/customers\?limit=1$/, {
        error: "offline",
        partial: ALL_OR_NONE,
      }),
    ],
  },
  {
    screen: "Run",
    path: ({ campaignRun }) => campaignRun,
    rows: [
      ITEM("Stages", /^GET \/campaigns\/[^/]+\/runs\/[^/]+$/, {
        at: (page) => page.getByRole("region", { name: /^(Stages|Run)$/ }),
        error: 404,
        partial: { request: /^GET \/jobs\//, missing: "the job of the run" },
      }),
      ITEM("What was asked", /^GET \/campaigns\/[^/]+\/runs\/[^/]+$/, {
        loading: WITH_PARENT,
        error: WITH_PARENT,
      }),
    ],
  },
  {
    screen: "Run: panels with reads of their own",
    path: ({ campaignRun }) => campaignRun,
    rows: [
      LIST("Segments and experiments", /^GET \/segmentation\/runs\/[^/]+\/segments$/, {
        error: 429,
        empty: { words: "This run found no segments." },
        partial: { request: /^GET \/experiments\/[^/]+$/, missing: "some of the experiments" },
      }),
      LIST("Messages", /^GET \/generation\/variants\?/, {
        error: 403,
        empty: { words: "No message is written yet." },
        partial: never("it names the messages beyond the first 200, which take 201 to see"),
      }),
      LIST("Runs", /^GET \/campaigns\/[^/]+\/runs\?/, {
        error: 404,
        empty: never("the run of the page is one of them"),
      }),
    ],
  },
  {
    screen: "Customers",
    path: ({ customer }) => `customers?customer=${customer}`,
    rows: [
      LIST("All customers", /^GET \/customers\?limit=100/, {
        error: 429,
        empty: { words: "No customers yet.", action: "Import a file" },
      }),
      PEEK("One customer", /^GET \/customers\/[^/?]+$/, { error: 404 }),
    ],
  },
  {
    screen: "Customers: imports",
    path: () => "customers?tab=imports",
    rows: [
      LIST("Imports", /^GET \/customers\/imports\?limit=20/, {
        error: 500,
        empty: { words: "Nothing was imported yet.", action: "Import a file" },
      }),
    ],
  },
  {
    screen: "Content",
    path: () => "content?q=gift",
    rows: [
      LIST("Documents", /^GET \/retrieval\/documents\?limit=50/, {
        error: 429,
        empty: { words: "No documents yet.", action: "New document" },
        filtered: { query: "state=scheduled", names: ["State", "Scheduled"] },
      }),
      LIST("Try a search", /^POST \/retrieval\/search$/, {
        error: 500,
        empty: {
          words: "No approved document in date fits these words.",
          answer: (real: object) => ({ ...real, hits: [] }),
        },
        filtered: never("what is searched for is the question itself"),
        partial: {
          request: /^GET \/retrieval\/documents\?limit=200/,
          missing: "links to the documents",
        },
      }),
    ],
  },
  {
    screen: "Content: a document",
    path: ({ document }) => `content?item=${document}`,
    rows: [
      PEEK("This document", /^GET \/retrieval\/documents\/[^/?]+$/, {
        error: 403,
        partial: { request: /^POST \/retrieval\/search$/, missing: "how search cuts it" },
      }),
    ],
  },
  {
    screen: "Variants: runs",
    path: () => "variants",
    rows: [
      LIST("Variants", /^GET \/generation\/runs\?/, {
        at: (page) => page.getByRole("main").locator(".panel").first(),
        error: 429,
        stale: never("with a run there its variants take this place and say it"),
        empty: { words: "No variants yet.", action: "Open campaigns" },
        filtered: never("a filter has no effect before there is a run"),
      }),
    ],
  },
  ...["matrix", "list"].map((view) => ({
    screen: `Variants: ${view}`,
    path: () => `variants?view=${view}`,
    rows: [
      LIST("Variants of a run", /^GET \/generation\/variants\?.*run=/, {
        at: (page) => page.getByRole("main").locator(".panel").first(),
        error: view === "list" ? ("offline" as const) : (403 as const),
        empty: { words: "This run wrote no variants." },
        filtered: { query: "only=waiting&segment=1", names: ["Only", "needs review", "Segment"] },
        partial: {
          request: /^GET \/segmentation\/.*\/segments$/,
          missing: "names of the segments",
        },
      }),
    ],
  })),
  {
    screen: "Variants: of all runs",
    path: () => "variants?run=all",
    rows: [
      LIST("Variants of all runs", /^GET \/generation\/variants\?/, {
        error: 404,
        empty: { words: "No variants yet.", action: "Open campaigns" },
        filtered: { query: "state=block", names: ["State", "Blocked"] },
      }),
    ],
  },
  {
    screen: "Variants: one",
    path: ({ variant, generationRun }) => `variants?run=${generationRun}&item=${variant}`,
    rows: [PEEK("This variant", /^GET \/generation\/variants\/[^/?]+$/, { error: 404 })],
  },
  {
    screen: "Variants: sources",
    path: ({ variant, generationRun }) => `variants?run=${generationRun}&item=${variant}`,
    rows: [
      LIST("Sources", /^GET (\/generation\/runs\/.*\/contexts|\/retrieval\/documents\?limit=200)/, {
        error: 429,
        empty: never("it rests on the claims in the text, which come with the variant"),
        partial: { request: /^GET \/generation\/runs\/.*\/contexts/, missing: "the passages" },
      }),
    ],
  },
  {
    screen: "Variants: origin",
    path: ({ variant, generationRun }) =>
      `variants?run=${generationRun}&item=${variant}&tab=origin`,
    rows: [
      LIST("Decisions", /^GET \/safety\/variants\/.*\/reviews$/, {
        at: (page) => page.getByRole("tabpanel"),
        error: 403,
        empty: { words: "Nobody decided about it yet." },
        partial: { request: /^GET \/generation\/runs\/[^/?]+$/, missing: "the goal" },
      }),
    ],
  },
  {
    screen: "Safety: the queue",
    path: () => "safety?tab=approved",
    rows: [
      LIST("Approved", /^GET \/generation\/variants\?/, {
        at: (page) => page.getByRole("region", { name: "Approved" }).first(),
        error: 429,
        empty: { words: "Nothing is approved yet." },
        filtered: never("its tab is the queue itself, and says in its words what it holds"),
        partial: { request: /^GET \/overview$/, missing: "how many each queue holds" },
      }),
    ],
  },
  {
    screen: "Safety: one message",
    path: ({ variant }) => `safety?item=${variant}`,
    rows: [
      ITEM("This message", /^GET \/generation\/variants\/[^/?]+$/, {
        at: (page) => page.locator(".safe > .panel").last(),
        error: 404,
      }),
    ],
  },
  {
    screen: "Experiments",
    path: () => "experiments",
    rows: [
      LIST("All experiments", /^GET \/experiments\?limit=20/, {
        at: (page) => page.getByRole("main").locator(".panel").first(),
        error: 500,
        empty: { words: "No experiment yet.", action: "Open campaigns" },
        filtered: { query: "state=paused", names: ["State", "Paused"] },
        partial: { request: /^GET \/experiments\/.*\/results/, missing: /the results of \w+/ },
      }),
    ],
  },
  {
    screen: "Experiment: as a whole",
    path: ({ experiment }) => `experiments/${experiment}`,
    rows: [ITEM("Verdict", /^GET \/experiments\/[^/?]+$/, { error: 404 })],
  },
  {
    screen: "Experiment: results",
    path: ({ experiment }) => `experiments/${experiment}`,
    rows: [
      ITEM("Verdict", /^GET \/experiments\/[^/]+\/results/, { error: 429 }),
      LIST("Arms", /^GET \/experiments\/[^/]+\/results/, {
        error: 429,
        empty: {
          words: "Nobody was exposed yet.",
          answer: (real: { analysis: { results: object[] } }) => ({
            ...real,
            analysis: {
              ...real.analysis,
              results: real.analysis.results.map((row) => ({ ...row, units: 0 })),
            },
          }),
        },
      }),
      ITEM("Decision record", /^GET \/experiments\/[^/]+\/results/, {
        error: 429,
      }),
    ],
  },
  {
    screen: "Experiment: moves",
    path: ({ experiment }) => `experiments/${experiment}`,
    rows: [
      LIST("Decision record", /^GET \/audit\?.*object_type=experiment/, {
        error: 403,
        empty: never("without a move there is no list of moves, and the record says Not yet"),
      }),
    ],
  },
  {
    screen: "Experiment: health",
    path: ({ experiment }) => `experiments/${experiment}?tab=health`,
    rows: [
      ITEM("Health", /^GET \/experiments\/[^/]+\/results/, { error: 429 }),
      LIST("Traffic over time", /^GET \/experiments\/[^/]+\/traffic/, {
        error: 500,
        empty: {
          words: "Nobody was exposed yet.",
          answer: (real: { arms: object[] }) => ({
            ...real,
            arms: real.arms.map((arm) => ({ ...arm, units: 0 })),
          }),
        },
      }),
    ],
  },
  {
    screen: "Experiment: plan",
    path: ({ experiment }) => `experiments/${experiment}?tab=plan`,
    rows: ["Plan", "Arms and their words", "Assignment"].map((panel) =>
      ITEM(panel, /^GET \/experiments\/[^/?]+$/, { loading: WITH_PARENT, error: WITH_PARENT }),
    ),
  },
  {
    screen: "Experiment: log",
    path: ({ experiment }) => `experiments/${experiment}?tab=log`,
    rows: [
      LIST("Log", /^GET \/audit\?.*object_type=experiment/, {
        error: 429,
        empty: { words: "Nothing was written yet." },
        partial: { request: /^GET \/users\/people/, missing: "names of people" },
      }),
    ],
  },
  {
    screen: "Jobs",
    path: ({ job }) => `jobs?job=${job}`,
    rows: [
      LIST("All jobs", /^GET \/jobs\?limit=50/, {
        error: 429,
        empty: { words: "Nothing ran yet.", action: "Open campaigns" },
        filtered: { query: "state=failed&kind=campaign", names: ["State", "Failed", "Kind"] },
      }),
      PEEK("This job", /^GET \/jobs\/[^/?]+$/, { error: 404 }),
    ],
  },
  {
    screen: "Audit",
    path: () => "audit",
    rows: [
      LIST("Entries", /^GET \/audit\?/, {
        error: 403,
        empty: { words: "No entry yet." },
        filtered: { query: "object_type=variant", names: ["Kind of object", "variant"] },
        partial: { request: /^GET \/users\/people/, missing: "names of people" },
      }),
    ],
  },
  {
    screen: "Audit: chain",
    path: () => "audit",
    ask: (page) => page.getByRole("button", { name: "Verify chain" }).click(),
    rows: [ITEM("Chain", /^GET \/audit\/verification$/, { error: 429 })],
  },
];
