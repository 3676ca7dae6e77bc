import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { expectAccessible, open, signedIn, SIZES, THEMES, watch } from "./checks";
import { demo, type Demo } from "./demo";
import { seed, type Seeded, type SeedName } from "./simulate";

const NAMES: readonly SeedName[] = ["collecting", "flat", "split", "winner"];
const ADVICE = {
  collecting: "keep_going",
  flat: "no_difference",
  split: "do_not_trust",
  winner: "ship",
} as const;

interface TrafficSeen {
  arms: {
    arm: string;
    units: number;
    buckets: { start: string; units: number; cumulative_units: number }[];
  }[];
}

let served: Demo;
let maker: BrowserContext;
let other: BrowserContext;
let page: Page;
let faults: string[];
const seeds = new Map<SeedName, Seeded>();

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  served = await demo();
  for (const name of NAMES) seeds.set(name, await seed(served.caller, name));
  maker = await signedIn(browser, served.url, served.admin);
  other = await signedIn(browser, served.url, served.reviewer);
});
test.afterAll(async () => {
  await maker?.close();
  await other?.close();
  await served?.stop();
});
test.beforeEach(async () => {
  page = await maker.newPage();
  faults = await watch(page);
});
test.afterEach(async () => {
  await page.close();
  expect(faults).toEqual([]);
});

const addressOf = (name: SeedName, query = "") =>
  `${served.url}/experiments/${seeds.get(name)?.id}${query}`;
const resultsOf = (name: SeedName) => seeds.get(name)?.results.analysis;
const gate = (id: string) => page.locator(`[data-gate="${id}"]`);

test("The list says of each what the server concludes, and filters in the address", async () => {
  await open(page, `${served.url}/experiments?state=running`);
  const row = (words: string) => page.getByRole("row", { name: words });
  await expect(row("with a winner")).toContainText("Has a winner");
  await expect(row("without a difference")).toContainText("No clear difference");
  await expect(row("still collecting")).toContainText("Collecting");
  await expect(row("a broken split")).toContainText("Split broken");
  await expect(row("with a winner").getByRole("img")).toHaveAttribute(
    "aria-label",
    /difference \+\d+\.\d points, interval \+\d+\.\d to \+\d+\.\d/,
  );
  await page.goto(`${served.url}/experiments?state=shipped`);
  await expect(page.getByText("Nothing fits this filter.")).toBeVisible();
  await page.getByRole("button", { name: "Clear filter", exact: true }).click();
  await expect(row("with a winner")).toBeVisible();
  await expect(page).toHaveURL((url) => url.search === "");
});

for (const name of NAMES)
  test(`The verdict on "${name}" is the server's, word for word`, async () => {
    const analysis = resultsOf(name);
    expect(analysis?.advice).toBe(ADVICE[name]);
    await open(page, addressOf(name));
    const verdict = page.getByRole("region", { name: "Verdict" });
    for (const part of (analysis?.sentence ?? "").split(/ \(|\. (?=[A-Z])/))
      await expect(verdict).toContainText(part.trim());
  });

test("Before the planned sample nothing has a colour, and the progress is said", async () => {
  await open(page, addressOf("collecting"));
  await expect(
    page.getByText(/^Collecting: day 1 of \d+, \d+\u202f% of the needed sample$/),
  ).toBeVisible();
  await expect(gate("sample")).toHaveAttribute("data-gate-state", "wait");
  await expect(page.locator(".results svg.iv.grey").first()).toBeVisible();
  await expect(
    page.locator('.results [data-metric="conversion"] svg.iv:is(.a1,.a2,.a3)'),
  ).toHaveCount(0);
});

test("A broken split takes the colours away, counts the arms and shuts the ship button", async () => {
  await open(page, addressOf("split"));
  const alarm = page.getByRole("alert");
  await expect(alarm).toContainText("The split is broken.");
  const rows = resultsOf("split")?.results.filter((row) => row.metric === "conversion") ?? [];
  for (const row of rows)
    await expect(alarm.locator("tbody tr").nth(rows.indexOf(row))).toContainText(
      row.units.toLocaleString("en-GB"),
    );
  await expect(page.locator(".results svg.iv:is(.a1,.a2,.a3)")).toHaveCount(0);
  await expect(gate("split")).toHaveAttribute("data-gate-state", "fail");
  const ship = page.getByRole("button", { name: /^Ship/ });
  await expect(ship).toHaveAttribute("aria-disabled", "true");
  await expect(ship).toHaveAccessibleDescription("The split is broken");
});

test("All figures stand in a table and in a file", async () => {
  await open(page, addressOf("winner"));
  await page.getByText("View as table").click();
  const analysis = resultsOf("winner");
  const table = page.getByRole("table", { name: "All figures of all metrics" });
  await expect(table.locator("tbody tr")).toHaveCount(analysis?.results.length ?? 0);
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download CSV" }).click();
  const file = await waiting;
  expect(file.suggestedFilename()).toBe("simulated-winner.csv");
  const stream = await file.createReadStream();
  let text = "";
  for await (const part of stream) text += String(part);
  const winner = analysis?.results.find(
    (row) => row.metric === "conversion" && row.arm === analysis.winner,
  );
  expect(text).toContain(String(winner?.adjusted_low));
});

test("The traffic is drawn as the server counts it, and its table holds the same", async () => {
  const { arms } = await served.caller.get<TrafficSeen>(
    `/experiments/${seeds.get("winner")?.id}/traffic`,
  );
  const units = (key: string) =>
    resultsOf("winner")?.results.find((row) => row.metric === "conversion" && row.arm === key)
      ?.units;
  for (const arm of arms) expect(arm.units).toBe(units(arm.arm));
  await open(page, addressOf("winner", "?tab=health"));
  const panel = page.getByRole("region", { name: "Traffic over time" });
  const chart = panel.getByRole("application");
  const shown = arms.map((arm) => arm.units.toLocaleString("en-GB")).join(".* ");
  await expect(chart).toHaveAccessibleName(new RegExp(`${shown} people since `));
  await expect(chart.locator(".recharts-line-curve")).toHaveCount(arms.length);
  await panel.getByText("View as table").click();
  const cells = await panel
    .getByRole("table", { name: "People so far in each arm" })
    .locator("tbody tr")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent)),
    );
  expect(cells).toEqual(
    arms[0]?.buckets.map((_, at) =>
      arms.map((arm) => arm.buckets[at]?.cumulative_units.toLocaleString("en-GB")),
    ),
  );
  await chart.focus();
  await page.keyboard.press("ArrowRight");
  await expect(panel.getByRole("status")).toContainText(
    arms[0]?.buckets[1]?.cumulative_units.toLocaleString("en-GB") ?? "none",
  );
  await expectAccessible(page);
});

test("Tabs stand in the address, and the log only for those who may read it", async () => {
  await open(page, addressOf("winner", "?tab=plan"));
  await expect(page.getByRole("tab", { name: "Plan" })).toHaveAttribute("aria-selected", "true");
  await page.getByText("News from Pennywren", { exact: true }).click();
  await expect(page.locator("details[open]").getByText("14 Sailmaker Row")).toBeVisible();
  await page.getByRole("tab", { name: "Health" }).click();
  await expect(page).toHaveURL(/tab=health/);
  await expect(page.getByRole("table", { name: "People in each arm" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("tab", { name: "Plan" })).toHaveAttribute("aria-selected", "true");
  await page.getByRole("tab", { name: "Log" }).click();
  await expect(page.getByText("Agreed before the start")).toBeVisible();
  const reader = await other.newPage();
  await open(reader, addressOf("winner", "?tab=log"));
  await expect(reader.getByRole("tab", { name: "Log" })).toHaveCount(0);
  await expect(reader.getByRole("tab", { name: "Results" })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  await reader.close();
});

test("A draft is edited with its version; a change in between is said and not overwritten", async () => {
  const { items } = await served.caller.get<{ items: { id: string; version: number }[] }>(
    "/experiments?state=draft",
  );
  const draft = items[0];
  await open(page, `${served.url}/experiments/${draft?.id}`);
  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit the experiment" });
  await dialog.getByLabel("Control").fill("40");
  await expect(dialog.getByText("The weights add up to 115 %, not to 100 %")).toBeVisible();
  await dialog.getByLabel("Control").fill("25");
  await dialog.getByLabel("Coverage, % of the segment").fill("50");
  await served.caller.send(
    "PATCH",
    `/experiments/${draft?.id}`,
    { description: "Said otherwise by a colleague" },
    { "If-Match": `"${draft?.version}"` },
  );
  await dialog.getByRole("button", { name: "Save" }).click();
  const conflict = page.getByRole("dialog", { name: "Somebody else changed this experiment" });
  await expect(conflict.getByRole("region")).toHaveCount(1);
  await expect(conflict.getByRole("region", { name: "Coverage" }).locator("ins")).toHaveText("50");
  faults = faults.filter((fault) => !fault.includes("412"));
  await conflict.getByRole("button", { name: "Save yours over it" }).click();
  await expect(conflict).toBeHidden();
  await expect(page.getByText("Said otherwise by a colleague").first()).toBeVisible();
  await page.getByRole("tab", { name: "Plan" }).click();
  await expect(page.getByText("50\u202f% of the segment")).toBeVisible();
});

test("Against the results only another person ships, with a reason, and it can be rolled back", async () => {
  const id = seeds.get("flat")?.id;
  await open(page, addressOf("flat"));
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
  await expect(page.locator(".page-head .tag", { hasText: "Paused" })).toBeVisible();
  await served.caller.post(`/experiments/${id}/stop`, { reason: "Enough seen" });
  await expect(page.locator(".page-head .tag", { hasText: "Stopped" })).toBeVisible();
  await page.getByRole("button", { name: "Ship an arm" }).click();
  const own = page.getByRole("dialog", { name: "Ship an arm" });
  await expect(own.getByText("Against the results", { exact: true })).toBeVisible();
  await expect(own.getByText(/^You made this experiment/)).toBeVisible();
  await page.keyboard.press("Escape");
  const colleague = await other.newPage();
  await open(colleague, addressOf("flat"));
  await colleague.getByRole("button", { name: "Ship an arm" }).click();
  const dialog = colleague.getByRole("dialog", { name: "Ship an arm" });
  await expect(dialog.getByText("Say why first")).toBeVisible();
  await dialog.getByLabel("Reason").fill("It costs nothing and the shop likes it");
  await dialog.getByRole("button", { name: /^Ship/ }).click();
  await expect(colleague.locator(".page-head .tag", { hasText: "Shipped" })).toBeVisible();
  await expect(page.locator(".page-head .tag", { hasText: "Shipped" })).toBeVisible();
  await expect(page.getByText("It costs nothing and the shop likes it")).toBeVisible();
  await colleague.getByRole("button", { name: "Roll back" }).click();
  await colleague.getByRole("dialog").getByRole("button", { name: "Roll back" }).click();
  await expect(colleague.locator(".page-head .tag", { hasText: "Stopped" })).toBeVisible();
  await colleague.close();
});

for (const size of SIZES)
  for (const theme of THEMES)
    test(`Dialogs and tabs are accessible at ${size.width} px in ${theme}`, async () => {
      await page.setViewportSize({ width: size.width, height: size.height });
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      for (const query of ["", "?tab=health", "?tab=plan", "?tab=log"]) {
        await open(page, addressOf("winner", query));
        if (query === "") await page.getByText("View as table").click();
        await expectAccessible(page);
      }
      await open(page, addressOf("winner"));
      for (const [button, title] of [
        ["Edit", "Edit the experiment"],
        ["Stop", "Stop this experiment?"],
      ] as const) {
        await page.getByRole("button", { name: button, exact: true }).click();
        await expect(page.getByRole("dialog", { name: title })).toBeVisible();
        await expectAccessible(page);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("button", { name: button, exact: true })).toBeFocused();
      }
    });
