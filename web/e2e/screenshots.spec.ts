import { readFileSync } from "node:fs";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import type { Caller, ExperimentSeen } from "./api";
import { expectAccessible, open, signedIn, SIZES, THEMES, watch } from "./checks";
import { demo, type Demo } from "./demo";
import { expectFocusSeen } from "./focus";
import { seed, type SeedName } from "./simulate";
import { expectTargetsLarge } from "./targets";

const FOLDER = "../build/screenshots";
const HEIGHT_MAX = 6_000;
/** Every registered screen. Read as text: the code behind it belongs to the browser. */
const PATHS = [...readFileSync("src/features/index.ts", "utf8").matchAll(/^ {4}path: "(.*)",$/gm)]
  .map((match) => match[1] ?? "")
  .filter((path) => path !== "experiments/:id");
test.setTimeout(180_000); // Four looks, each with all rules of axe over a whole page.
const SEEDS: readonly SeedName[] = ["collecting", "flat", "split", "winner"];

let served: Demo;
let context: BrowserContext;
const experiments = new Map<string, string>();

test.beforeAll(async ({ browser }) => {
  served = await demo();
  for (const name of SEEDS) experiments.set(name, (await seed(served.caller, name)).id);
  context = await signedIn(browser, served.url, served.admin);
});
test.afterAll(async () => {
  await context?.close();
  await served?.stop();
});

/** How the parts of an address that name an object are filled; every screen with parts stands here. */
const OBJECTS: Record<string, (caller: Caller) => Promise<string>> = {
  "segments/:run/:segment": async (caller) => {
    const [experiment] = await running(caller);
    return `segments/${experiment?.segmentation_run ?? ""}/${experiment?.segment ?? 0}`;
  },
  "campaigns/:id": async (caller) => `campaigns/${(await newestCampaign(caller)).id}`,
  "campaigns/:id/runs/:run": async (caller) => {
    const campaign = await newestCampaign(caller);
    return `campaigns/${campaign.id}/runs/${campaign.latest_run}`;
  },
  "customers/:id": async (caller) => {
    const { items } = await caller.get<{ items: { id: string }[] }>("/customers?limit=1");
    return `customers/${encodeURIComponent(items[0]?.id ?? "")}`;
  },
};

interface RunningExperiment extends ExperimentSeen {
  segment: number;
  segmentation_run: string;
}

async function running(caller: Caller): Promise<RunningExperiment[]> {
  return (await caller.get<{ items: RunningExperiment[] }>("/experiments?state=running")).items;
}

async function newestCampaign(caller: Caller): Promise<{ id: string; latest_run: string }> {
  const { items } = await caller.get<{ items: { id: string; latest_run: string }[] }>("/campaigns");
  if (!items[0]) throw new Error("the sample has no campaign");
  return items[0];
}

async function addressOf(path: string): Promise<string> {
  if (!path.includes(":")) return path;
  const find = OBJECTS[path];
  if (!find) throw new Error(`${path}: add to OBJECTS how an object for it is found`);
  return find(served.caller);
}

/** "" is overview, "campaigns/:id/runs/:run" is campaigns-id-runs-run. */
function nameOf(path: string): string {
  return path === "" ? "overview" : path.replaceAll("/:", "-").replaceAll("/", "-");
}

/** Each look of one screen: pictured, accessible, without a complaint of the browser. */
async function picture(name: string, address: string, of: BrowserContext = context) {
  const page = await of.newPage();
  const faults = await watch(page);
  try {
    for (const size of SIZES)
      for (const theme of THEMES) {
        await page.setViewportSize({ width: size.width, height: size.height });
        await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        await open(page, `${served.url}/${address}`);
        await expectAccessible(page);
        await whole(page, `${FOLDER}/${name}-${size.name}-${theme}.png`, size);
        if (theme === "light") await expectReachable(page, size);
      }
    expect(faults).toEqual([]);
  } finally {
    await page.close();
  }
}

/** As tall as the page, so that what sticks to the bottom does not cover its middle. */
async function whole(page: Page, path: string, size: { width: number; height: number }) {
  const tall = await page.evaluate(() => document.documentElement.scrollHeight);
  const height = Math.min(HEIGHT_MAX, Math.max(size.height, tall));
  await page.setViewportSize({ width: size.width, height });
  await page.screenshot({ path, animations: "disabled" });
}

/** In one theme only: sizes and rings are the same in the other. Targets while nothing is covered. */
async function expectReachable(page: Page, size: { width: number; height: number }) {
  await expectTargetsLarge(page);
  await page.setViewportSize({ width: size.width, height: size.height });
  await expectFocusSeen(page);
}

for (const path of PATHS)
  test(`The screen ${nameOf(path)} is pictured and accessible`, async () => {
    await picture(nameOf(path), await addressOf(path));
  });

for (const name of SEEDS)
  test(`An experiment that is ${name} is pictured and accessible`, async () => {
    await picture(`experiment-${name}`, `experiments/${experiments.get(name)}`);
  });

for (const tab of ["health", "plan", "log"])
  test(`The tab ${tab} of an experiment is pictured and accessible`, async () => {
    await picture(`experiment-tab-${tab}`, `experiments/${experiments.get("winner")}?tab=${tab}`);
  });

test("The sign-in is pictured and accessible", async ({ browser }) => {
  const stranger = await browser.newContext({ locale: "en-GB" });
  // Whether somebody is signed in is asked, and the answer to that is 401: a line of the browser.
  const page = await stranger.newPage();
  for (const size of SIZES)
    for (const theme of THEMES) {
      await page.setViewportSize({ width: size.width, height: size.height });
      await page.emulateMedia({ colorScheme: theme });
      await open(page, `${served.url}/sign-in`);
      await expectAccessible(page);
      await whole(page, `${FOLDER}/sign-in-${size.name}-${theme}.png`, size);
      if (theme === "light") await expectReachable(page, size);
    }
  await stranger.close();
});
