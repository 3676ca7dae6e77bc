import { expect, test, type Page } from "@playwright/test";
import type { Caller } from "./api";
import { expectAccessible, open, SIZES, THEMES, watch } from "./checks";
import { enter, runCampaign, setUp } from "./sample";
import { serve, type Served } from "./server";

let served: Served;
let caller: Caller;
let done: { campaign: string; id: string };
let faults: string[];
let isForced = false;

test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  served = await serve();
  caller = await setUp(served);
});
test.afterAll(() => served.stop());
test.beforeEach(async ({ page }) => {
  isForced = false;
  faults = await watch(page);
  await enter(page, served);
});
test.afterEach(() => {
  const kept = isForced ? faults.filter((fault) => !/status of|ERR_FAILED/.test(fault)) : faults;
  expect(kept).toEqual([]);
});

const at = (path: string) => `${served.url}${path}`;
const next = (page: Page, step: string) => page.getByRole("button", { name: `Next: ${step}` });

test("From nothing to a run: sample data, approval, goal, two clicks that make one run", async ({
  page,
}) => {
  await open(page, at("/campaigns"));
  await page.getByRole("link", { name: "Make the first campaign" }).click();
  await expect(page.getByText("No customers are here yet.")).toBeVisible();
  await expect(next(page, "content")).toHaveAttribute("aria-disabled", "true");
  await page.getByText("Sample data", { exact: true }).click();
  await page.getByRole("button", { name: "Load the sample" }).click();
  await expect(page.getByText("620 customers from 11,839 lines")).toBeVisible();
  await expect(page.getByRole("link", { name: "Download 2 rejected" })).toBeVisible();
  await next(page, "content").click();
  await expect(page).toHaveURL(/step=content/);
  await expect(page.getByText("Nothing is approved yet.")).toBeVisible();
  await page.getByRole("button", { name: /^Approve all \d+$/ }).click();
  await expect(page.getByText("Nothing waits for approval.")).toBeVisible();
  await next(page, "goal").click();
  await page.getByLabel("Name", { exact: true }).fill("Advent");
  await page.getByRole("button", { name: "bring first-time buyers to a second order" }).click();
  await page.getByLabel("Messages for each segment").fill("9");
  await expect(page.getByText("A whole number from 1 to 8")).toBeVisible();
  await page.getByLabel("Messages for each segment").fill("2");
  await page.reload();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Advent");
  await expect(page.getByLabel("Messages for each segment")).toHaveValue("2");
  await next(page, "review and run").click();
  await expect(page.getByText("620 customers, invented")).toBeVisible();
  await page.getByRole("button", { name: "Run campaign" }).dblclick();
  await expect(page.getByRole("heading", { level: 1, name: "Advent" })).toBeVisible();
  const rail = page.getByRole("list", { name: "Stages of the run" }).getByRole("listitem");
  await expect(rail).toHaveCount(3);
  await expect(rail.getByText("Done")).toHaveCount(3, { timeout: 30_000 });
  await expect(rail.nth(0)).toContainText("8 segments");
  await expect(rail.nth(1)).toContainText("24 messages");
  await expect(page.locator("#announcer")).toContainText("The run is done", { timeout: 15_000 });
  const { items } = await caller.get<{ items: { id: string }[] }>("/campaigns");
  expect(items).toHaveLength(1);
  const runs = await caller.get<{ items: { id: string }[] }>(`/campaigns/${items[0]?.id}/runs`);
  expect(runs.items).toHaveLength(1);
  // The draft is used up: the composer begins anew.
  await open(page, at("/campaigns/new?step=goal"));
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("");
});

test("A lost answer is asked for again with the same key: still one run", async ({ page }) => {
  isForced = true;
  await open(page, at("/campaigns/new?step=goal"));
  await page.getByLabel("Name", { exact: true }).fill("Once");
  await page.getByRole("textbox", { name: "Goal" }).fill("thank our most loyal customers");
  await next(page, "review and run").click();
  const keys: string[] = [];
  await page.route("**/campaigns/*/runs", async (route) => {
    keys.push(route.request().headers()["idempotency-key"] ?? "");
    if (keys.length > 1) return route.continue();
    await route.fetch(); // It arrives, but its answer is lost.
    await route.abort();
  });
  await page.getByRole("button", { name: "Run campaign" }).click();
  await expect(page.getByText("No connection to the server.")).toBeVisible();
  await page.getByRole("button", { name: "Run campaign" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Once" })).toBeVisible();
  expect(keys[0]).not.toBe("");
  expect(new Set(keys).size).toBe(1);
  const { items } = await caller.get<{ items: { id: string; content: { name: string } }[] }>(
    "/campaigns",
  );
  const once = items.filter((campaign) => campaign.content.name === "Once");
  expect(once).toHaveLength(1);
  const runs = await caller.get<{ items: unknown[] }>(`/campaigns/${once[0]?.id}/runs`);
  expect(runs.items).toHaveLength(1);
});

test("The result leads to segments, experiments and messages", async ({ page }) => {
  const run = await runCampaign(caller);
  done = { campaign: run.campaign, id: run.id };
  await open(page, at("/campaigns"));
  await expect(page.getByRole("row")).toHaveCount(4);
  await page.getByRole("link", { name: "Win back", exact: true }).click();
  const table = page.getByRole("table", { name: "Segments and their experiments" });
  await expect(table.getByRole("row")).toHaveCount(1 + run.experiments.length);
  await expect(table.getByText("4 messages")).toHaveCount(run.experiments.length);
  const review = page.getByRole("link", { name: "Review messages" });
  await expect(review).toHaveAttribute("href", new RegExp(`run=${run.generation_run}`));
  await expect(table.getByRole("link", { name: /^Open experiment/ }).first()).toHaveAttribute(
    "href",
    /\/experiments\//,
  );
});

/** The run of the server with another state, as a browser would see it. */
async function forceRun(page: Page, change: object, job: object) {
  const patch = (base: object, over: object) => JSON.stringify({ ...base, ...over });
  await page.route(`**/api/v1/campaigns/*/runs/${done.id}`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: patch(await answer.json(), change) });
  });
  await page.route("**/api/v1/jobs/*", async (route) => {
    if (route.request().method() !== "GET") return route.continue();
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: patch(await answer.json(), job) });
  });
}
const stage = (name: string, state: string) => ({
  stage: name,
  state,
  elapsed_ms: state === "done" ? 1_200 : null,
});

test("A run at work counts its step; one that failed says why and can be retried", async ({
  page,
}) => {
  const stages = [
    stage("segments", "done"),
    stage("variants", "running"),
    stage("experiments", "waiting"),
  ];
  await forceRun(
    page,
    { state: "running", stages, experiments: [], generation_run: null },
    { state: "running", progress: { stage: "verdicts", done: 9, total: 28 } },
  );
  const path = at(`/campaigns/${done.campaign}/runs/${done.id}`);
  await open(page, path);
  const rail = page.getByRole("list", { name: "Stages of the run" }).getByRole("listitem");
  await expect(rail.nth(1)).toContainText("9 of 28 messages screened");
  await expect(rail.nth(1)).toContainText("Elapsed");
  await expect(rail.nth(2)).toContainText("Waits");
  await expect(page.locator("#announcer")).toContainText("stage 2 of 3, 9 of 28", {
    timeout: 15_000,
  });
  await page.getByRole("button", { name: "Cancel run" }).click();
  await expect(page.getByRole("dialog", { name: "Cancel this run?" })).toBeVisible();
  await expectAccessible(page);
  await page.unrouteAll();
  const broken = [
    stage("segments", "done"),
    stage("variants", "waiting"),
    stage("experiments", "waiting"),
  ];
  await forceRun(
    page,
    { state: "failed", error: "The provider refused.", stages: broken, experiments: [] },
    { state: "failed", error: "The provider refused.", attempts: 5 },
  );
  await open(page, path);
  await expect(page.getByRole("alert")).toContainText("The provider refused.");
  await expect(page.getByRole("alert")).toContainText("Attempt 5 of 5");
  await expect(rail.nth(1)).toContainText("Failed");
  await expect(page.getByRole("button", { name: "Retry" })).toBeVisible();
  await expectAccessible(page);
  await page.unrouteAll();
  await forceRun(
    page,
    { experiments: [], skipped: [{ segment: 6, reason: "fewer than 20 customers" }] },
    {},
  );
  await open(page, path);
  await expect(page.getByText("fewer than 20 customers")).toBeVisible();
});

for (const size of SIZES) {
  for (const theme of THEMES) {
    test(`Campaigns are accessible: ${size.name}, ${theme}`, async ({ page }) => {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme });
      for (const path of [
        "/campaigns",
        `/campaigns/${done.campaign}/runs/${done.id}`,
        "/campaigns/new",
        "/campaigns/new?step=content",
        "/campaigns/new?step=goal",
        "/campaigns/new?step=review",
      ]) {
        await open(page, at(path));
        await expectAccessible(page);
      }
      await open(page, at("/campaigns/new"));
      await page.getByText("Upload a file", { exact: true }).click();
      await page.locator("input[type=file]").setInputFiles("../demo/orders.csv");
      await expect(page.getByText("cannot be read").first()).toBeVisible();
      await expectAccessible(page);
    });
  }
}
