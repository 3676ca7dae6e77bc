import { readdirSync, readFileSync } from "node:fs";
import { expect, test, type BrowserContext } from "@playwright/test";
import type { Caller, ExperimentSeen } from "./api";
import { signedIn, watch } from "./checks";
import { demo, type Demo } from "./demo";
import { SCENES, type Made } from "./panels";
import { seed } from "./simulate";
import { expectScene, Forced } from "./states";

let served: Demo;
let context: BrowserContext;
let made: Made;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  served = await demo();
  made = await madeOf(served.caller);
  context = await signedIn(browser, served.url, served.admin);
});
test.afterAll(async () => {
  await context?.close();
  await served?.stop();
});

interface Seen {
  id: string;
  latest_run: string;
  run: string;
  is_control: boolean;
}

async function madeOf(caller: Caller): Promise<Made> {
  const first = async (path: string, fits: (item: Seen) => boolean = () => true) => {
    const { items } = await caller.get<{ items: Seen[] }>(path);
    const found = items.find(fits);
    if (!found) throw new Error(`the sample has nothing at ${path}`);
    return found;
  };
  const [running] = (
    await caller.get<{ items: (ExperimentSeen & { segmentation_run: string })[] }>(
      "/experiments?state=running",
    )
  ).items;
  const campaign = await first("/campaigns");
  const variant = await first(
    "/generation/variants?state=pass&limit=50",
    (each) => !each.is_control,
  );
  return {
    campaignRun: `campaigns/${campaign.id}/runs/${campaign.latest_run}`,
    customer: (await first("/customers?limit=1")).id,
    document: (await first("/retrieval/documents?state=approved&type=offer")).id,
    experiment: (await seed(caller, "collecting")).id,
    job: (await first("/jobs?limit=1")).id,
    segment: `segments/${running?.segmentation_run}/0`,
    variant: variant.id,
    generationRun: variant.run,
  };
}

for (const scene of SCENES)
  test(`${scene.screen}: ${scene.rows.map((row) => row.panel).join(", ")}`, async () => {
    const page = await context.newPage();
    const faults = await watch(page);
    const forced = await Forced.of(page);
    await expectScene(page, forced, `${served.url}/${scene.path(made)}`, scene);
    // Of a request that a test refuses the browser writes a line.
    expect(faults.filter((fault) => !fault.startsWith("Failed to load resource:"))).toEqual([]);
    await page.close();
  });

/**
 * Panels of the composer that show what was typed; "Run" stands for "Stages" when it fails; "Tree"
 * shows the run that "How firm it is" beside it has read.
 */
const WITHOUT_READ = ["Goal", "What the test is planned with", "What runs", "Run", "Tree"];

test("Every panel with a title of its own stands in the table", () => {
  const source = readdirSync("src/features", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".tsx") && !/^kit\/|\.test\./.test(path))
    .map((path) => readFileSync(`src/features/${path}`, "utf8"))
    .join("\n");
  const titles = [...source.matchAll(/<Panel\s[^>]*?title="([^"]+)"/g)].map(([, title]) => title);
  const known = new Set([
    ...SCENES.flatMap(({ rows }) => rows.map((row) => row.panel)),
    ...WITHOUT_READ,
  ]);
  expect(titles.length).toBeGreaterThan(30);
  expect([...new Set(titles)].filter((title) => !known.has(title ?? ""))).toEqual([]);
});
