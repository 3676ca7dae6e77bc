import { expect, test, type Page } from "@playwright/test";
import type { Caller } from "./api";
import { expectAccessible, open, SIZES, THEMES, watch } from "./checks";
import { enter, loadSample, runCampaign, setUp } from "./sample";
import { serve, type Served } from "./server";

interface Segment {
  segment: number;
  name: string;
  rule?: { sentence: string };
  borderline: { id: string; other: number }[];
}

let served: Served;
let caller: Caller;
let run: string;
let faults: string[];
/** Answers that a test forces; the browser writes a line about each. */
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
const panel = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

test("Without customers each screen says what belongs there and how it comes", async ({ page }) => {
  await open(page, at("/segments"));
  await expect(page.getByText("No segments yet.")).toBeVisible();
  await expectAccessible(page);
  await open(page, at("/customers"));
  await expect(page.getByText("No customers yet.")).toBeVisible();
  await expectAccessible(page);
  await open(page, at("/customers?tab=imports"));
  await expect(page.getByText("Nothing was imported yet.")).toBeVisible();
  await open(page, at("/campaigns"));
  await expect(page.getByText("No campaigns yet.")).toBeVisible();
  await expectAccessible(page);
});

test("The segments of the sample are listed largest first, and lead to one segment", async ({
  page,
}) => {
  await loadSample(caller);
  run = (await runCampaign(caller)).segmentation_run;
  const { items } = await caller.get<{ items: { name: string; size: number }[] }>(
    `/segmentation/runs/${run}/segments`,
  );
  await open(page, at("/segments"));
  await expect(page.getByRole("heading", { name: `${items.length} segments` })).toBeVisible();
  const links = page.getByRole("table", { name: "Segments" }).getByRole("rowheader");
  await expect(links).toHaveText(items.map((segment) => segment.name));
  const made = await caller.get<{ result: { candidates: unknown[]; scaling: unknown[] } }>(
    `/segmentation/runs/${run}`,
  );
  for (const [name, list] of [
    ["Methods compared", made.result.candidates],
    ["How features were prepared", made.result.scaling],
  ] as const) {
    await page.getByText(name, { exact: true }).first().click();
    await expect(page.getByRole("table", { name }).getByRole("rowheader")).toHaveCount(list.length);
  }
  await expectAccessible(page);
  await links.nth(0).getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1, name: items[0]?.name ?? "" })).toBeFocused();
  await expect(page.getByText(`${items[0]?.size} of 620 customers`)).toBeVisible();
});

test("The map shows every segment in its colour, hides one, and says the same as a table", async ({
  page,
}) => {
  const map = await caller.bytes(`/segmentation/runs/${run}/map`);
  const segmentOf = [...map.subarray(32 + 4 * map.readUInt32LE(8))];
  await open(page, at("/segments"));
  const picture = page.getByRole("img", { name: /^Map of 620 customers in 8 segments/ });
  await picture.scrollIntoViewIfNeeded();
  /** How many pixels have the colour of an arm. */
  const pixels = (arm: number) =>
    picture.evaluate((element, index) => {
      const canvas = element as HTMLCanvasElement;
      const hex = getComputedStyle(canvas).getPropertyValue(`--arm-${index}`).trim();
      const value = Number.parseInt(hex.slice(1), 16);
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4)
        if (((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!) === value) ++count;
      return count;
    }, arm);
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    for (const arm of [0, 1, 2, 3, 4, 5, 6])
      await expect.poll(() => pixels(arm)).toBeGreaterThan(20);
  }
  const legend = page.getByRole("group", { name: "Shown on the map" }).getByRole("button");
  await legend.nth(0).click();
  await expect(legend.nth(0)).toHaveAttribute("aria-pressed", "false");
  await expect.poll(() => pixels(1)).toBe(0);
  await expect(page).toHaveURL(/[?&]hide=0(&|$)/);
  await page.reload();
  await expect(legend.nth(0)).toHaveAttribute("aria-pressed", "false");
  await page.getByRole("button", { name: "Show all" }).click();
  await expect.poll(() => pixels(1)).toBeGreaterThan(20);
  await page.getByText("View as table").click();
  const rows = page.getByRole("region", { name: "Map as table" }).getByRole("row");
  const sizes = await rows.evaluateAll((all) =>
    all.slice(1).map((row) => Number(row.querySelectorAll("td")[0]?.textContent)),
  );
  // Eight segments, seven marks: the small ones share the last.
  const plotted = sizes.map(
    (_, group) => segmentOf.filter((each) => Math.min(each, 6) === group).length,
  );
  expect(sizes).toEqual(plotted);
});

test("Keys move and zoom the map and read out the customer in the middle", async ({ page }) => {
  await open(page, at("/segments"));
  const map = page.getByRole("group", { name: /^Map\. Arrows/ });
  await map.focus();
  const shot = () => map.locator("canvas").evaluate((c) => (c as HTMLCanvasElement).toDataURL());
  const before = await shot();
  for (const key of ["+", "+", "ArrowLeft", "ArrowUp"]) await page.keyboard.press(key);
  await expect.poll(shot).not.toBe(before);
  for (let tries = 0; tries < 20 && (await map.locator(".scatter-tip").count()) === 0; ++tries)
    await page.keyboard.press(tries % 2 ? "ArrowDown" : "ArrowRight");
  await expect(map.getByRole("status")).toContainText("A customer of");
  await page.keyboard.press("Escape");
  await expect(map.locator(".scatter-tip")).toHaveCount(0);
  await page.keyboard.press("0");
  await page.keyboard.press("Escape");
  await expect.poll(shot).toBe(before);
});

test("Two segments are told apart, in words and numbers of the server", async ({ page }) => {
  await open(page, at("/segments"));
  const contrast = panel(page, "What tells two segments apart");
  const rows = contrast.getByRole("listitem");
  const shown = async (first: number, second: number) => {
    const { items } = await caller.get<{ items: { sentence: string }[] }>(
      `/segmentation/runs/${run}/segments/${first}/contrasts/${second}`,
    );
    expect(items.length).toBeGreaterThan(0);
    await expect(rows).toHaveCount(items.length);
    for (const [i, { sentence }] of items.entries())
      await expect(rows.nth(i)).toContainText(sentence);
  };
  await shown(0, 1);
  await contrast.getByRole("button", { name: /Against$/ }).click();
  await page.getByRole("option").nth(3).click();
  await expect(page).toHaveURL(/[?&]second=3(&|$)/);
  await shown(0, 3);
  await contrast.getByRole("button", { name: /Against$/ }).click();
  await page.getByRole("option").nth(0).click();
  await expect(contrast).toContainText("Choose two different segments.");
});

test("A lasso or a box selects customers, says of which segments, and Escape clears it", async ({
  page,
}) => {
  await open(page, at("/segments"));
  const map = panel(page, "Map");
  const picture = map.getByRole("img", { name: /^Map of 620 customers/ });
  const chosen = map.getByRole("region", { name: "Selected customers" });
  /** Round the whole picture, but for the tools. */
  const drawAround = async () => {
    await picture.scrollIntoViewIfNeeded();
    const box = (await picture.boundingBox())!;
    const [left, top] = [box.x + 3, box.y + 50];
    const [right, bottom] = [box.x + box.width - 3, box.y + box.height - 3];
    await page.mouse.move(left, top);
    await page.mouse.down();
    for (const [x, y] of [
      [right, top],
      [right, bottom],
      [left, bottom],
    ] as const)
      await page.mouse.move(x, y, { steps: 8 });
    await page.mouse.up();
  };
  await map.getByRole("button", { name: /^Lasso/ }).click();
  await drawAround();
  const words = await chosen.getByRole("status").innerText();
  expect(Number.parseInt(words)).toBeGreaterThan(300);
  const table = chosen.getByRole("table", { name: "Segments of the selected customers" });
  const cells = await table.locator("tbody tr td:nth-of-type(1)").allInnerTexts();
  expect(cells.map(Number).reduce((sum, each) => sum + each, 0)).toBe(Number.parseInt(words));
  await expect(chosen.getByRole("listitem")).toHaveCount(20);
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(chosen).toBeHidden();
  // The drag moved no map, and one with Shift selects the same without the tool.
  await page.keyboard.down("Shift");
  await drawAround();
  await page.keyboard.up("Shift");
  await expect(chosen.getByRole("status")).toHaveText(words);
  await chosen.getByRole("button", { name: "Clear selection" }).click();
  await expect(chosen).toBeHidden();
  // Without a drag: a box that holds all.
  await map.getByText("Select by numbers").click();
  for (const side of ["Left", "Bottom"]) await map.getByLabel(side, { exact: true }).fill("-1000");
  await map.getByRole("button", { name: "Select", exact: true }).click();
  await expect(map.getByText("A number, such as").first()).toBeVisible();
  for (const side of ["Right", "Top"]) await map.getByLabel(side, { exact: true }).fill("1000");
  await map.getByRole("button", { name: "Select", exact: true }).click();
  await expect(chosen.getByRole("status")).toHaveText("620 customers selected");
  // Who is hidden is not selected; the names are those of the first points.
  const legend = page.getByRole("group", { name: "Shown on the map" }).getByRole("button");
  await legend.nth(0).click();
  const { items } = await caller.get<{ items: { size: number }[] }>(
    `/segmentation/runs/${run}/segments`,
  );
  const left = 620 - (items[0]?.size ?? 0);
  await expect(chosen.getByRole("status")).toHaveText(`${left} customers selected`);
  const first = chosen.getByRole("listitem").first();
  const id = await first.innerText();
  await first.getByRole("link").click();
  await expect(page.getByRole("complementary", { name: `Customer ${id}` })).toBeVisible();
});

test("Members lead to the customer, page by page", async ({ page }) => {
  await open(page, at(`/segments/${run}/0`));
  await panel(page, "Members")
    .getByText(/^All \d+$/)
    .click();
  await expect(page).toHaveURL(/members=all/);
  const rows = page.getByRole("table", { name: "Members" }).getByRole("rowheader");
  await expect(rows).toHaveCount(20);
  const first = await rows.first().innerText();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(rows.first()).not.toHaveText(first);
  await page.goBack();
  await expect(rows.first()).toHaveText(first);
  await rows.first().getByRole("link").click();
  await expect(page.getByRole("complementary", { name: `Customer ${first}` })).toBeVisible();
});

test("A rule says who is in a segment, and who nearly is not", async ({ page }) => {
  const { items } = await caller.get<{ items: Segment[] }>(`/segmentation/runs/${run}/segments`);
  const first = items[0];
  await open(page, at(`/segments/${run}/0`));
  const rule = panel(page, "What sets it apart").getByText(first?.rule?.sentence ?? "none");
  await expect(rule).toBeVisible();
  await panel(page, "Members").getByText("Borderline").click();
  await expect(page).toHaveURL(/members=borderline/);
  const rows = page.getByRole("table", { name: "Members" }).getByRole("rowheader");
  await expect(rows).toHaveText(first?.borderline.map((customer) => customer.id) ?? []);
  await expectAccessible(page);
  const other = items.find((each) => each.segment === first?.borderline[0]?.other);
  await page
    .getByRole("link", { name: other?.name ?? "none", exact: true })
    .first()
    .click();
  await expect(page.getByRole("heading", { level: 1, name: other?.name ?? "none" })).toBeFocused();
});

test("A new run is started in a dialog and its segments appear by themselves", async ({ page }) => {
  await open(page, at("/segments"));
  await expect(page.getByRole("heading", { name: "8 segments" })).toBeVisible();
  await page.getByRole("button", { name: "Compute segments" }).click();
  const dialog = page.getByRole("dialog", { name: "Compute segments" });
  await dialog.getByLabel(/^Seconds to choose in/).fill("0");
  await expect(dialog.getByText("A number above 0")).toBeVisible();
  await dialog.getByLabel(/^Seconds to choose in/).fill("3");
  await dialog.getByText("My own number").click();
  await dialog.getByLabel("Segments", { exact: true }).fill("0.5");
  await expect(dialog.getByText("A whole number from 2 to 100")).toBeVisible();
  await dialog.getByLabel("Segments", { exact: true }).fill("9");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Compute segments" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("heading", { name: "9 segments" })).toBeVisible();
  // Nine segments, seven marks: the small ones share the last.
  await expect(page.getByRole("button", { name: /^3 smaller segments/ })).toBeVisible();
});

test("Customers who are like few others may stay in no segment", async ({ page }) => {
  await open(page, at("/segments"));
  await page.getByRole("button", { name: "Compute segments" }).click();
  const dialog = page.getByRole("dialog", { name: "Compute segments" });
  await dialog.getByText("Only those in dense groups").click();
  await dialog.getByText("All within one radius").click();
  await dialog.getByLabel("Radius (eps)").fill("-1");
  await expect(dialog.getByText("A number above 0")).toBeVisible();
  await dialog.getByLabel("Radius (eps)").fill("");
  await dialog.getByLabel("Customers within it").fill("20");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Compute segments" }).click();
  await expect(dialog).toBeHidden();
  const firm = panel(page, "How firm it is");
  await expect(firm).toContainText("DBSCAN");
  await expect(firm).toContainText(/In no segment\s*\d+ \(\d/);
  await expect(firm.getByRole("img", { name: /^Distance to the 20 nearest/ })).toBeVisible();
  const legend = page.getByRole("group", { name: "Shown on the map" });
  await expect(legend.getByRole("button", { name: /In no segment/ })).toBeVisible();
  await expectAccessible(page);
});

test("Groups may each have a density of their own", async ({ page }) => {
  await open(page, at("/segments"));
  await page.getByRole("button", { name: "Compute segments" }).click();
  const dialog = page.getByRole("dialog", { name: "Compute segments" });
  await dialog.getByText("Only those in dense groups").click();
  await dialog.getByLabel("Smallest group").fill("1");
  await expect(dialog.getByText("A whole number from 2")).toBeVisible();
  await dialog.getByLabel("Smallest group").fill("10");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Compute segments" }).click();
  await expect(dialog).toBeHidden();
  const firm = panel(page, "How firm it is");
  await expect(firm).toContainText("HDBSCAN");
  await expect(firm).toContainText(/Smallest group\s*10 customers/);
  await expect(firm).toContainText(/In no segment\s*\d+ \(\d/);
  const tree = panel(page, "Tree");
  await expect(tree.getByRole("img", { name: /^Tree of \d+ dense groups\./ })).toBeVisible();
  await expect(tree).toContainText("mutual reachability distance");
  const names = page.getByRole("table", { name: "Segments" }).getByRole("rowheader");
  await expect(tree.getByRole("listitem")).toHaveCount(await names.count());
  await expectAccessible(page);
  await page.getByRole("table", { name: "Segments" }).getByRole("link").first().click();
  await panel(page, "Members")
    .getByText(/^All \d+$/)
    .click();
  const members = page.getByRole("table", { name: "Members" });
  await expect(members.getByRole("columnheader", { name: "Strength" })).toBeVisible();
  await expect(members.getByRole("row").nth(1)).toContainText(/\d\s%/);
});

test("Groups may overlap", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await open(page, at("/segments"));
  await page.getByRole("button", { name: "Compute segments" }).click();
  const dialog = page.getByRole("dialog", { name: "Compute segments" });
  await dialog.getByRole("button", { name: /How$/ }).click();
  await page.getByRole("option", { name: /Gaussian mixture/ }).click();
  await expect(dialog.getByText(/^1 to 12 are tried/)).toBeVisible();
  await expectAccessible(page);
  expect(await dialog.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
  await dialog.getByText("My own number").click();
  await dialog.getByLabel("Segments", { exact: true }).fill("3");
  await dialog.getByRole("button", { name: "Compute segments" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("heading", { name: "3 segments" })).toBeVisible();
  const firm = panel(page, "How firm it is");
  await expect(firm).toContainText(/Gaussian mixture \((full|diagonal)\)/);
  await expect(firm).toContainText(
    /Covariance\s*(full: groups of any tilt|diagonal: groups along)/,
  );
  await expect(firm).toContainText(/BIC\s*[−-]?\d/);
  await expect(firm).toContainText("the lowest BIC of the 2 mixtures");
  await expectAccessible(page);
});

test("A file is mapped, looked at and imported; its rejected lines can be downloaded", async ({
  page,
}) => {
  await open(page, at("/customers"));
  await page.getByRole("button", { name: "Import a file" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Import customers" });
  const lines = Array.from(
    { length: 60 },
    (_, i) => `K${i % 9},A${i},${i === 7 ? "two" : 2},2026-01-0${1 + (i % 9)} 10:00:00,3.50`,
  );
  await dialog.locator("input[type=file]").setInputFiles({
    name: "shop.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`who,bill,n,moment,each\n${lines.join("\n")}\n`),
  });
  await expect(dialog.getByText("Choose a column").first()).toBeVisible();
  await expectAccessible(page);
  const choose = async (role: string, column: string) => {
    await dialog.getByRole("button", { name: new RegExp(`${role}$`) }).click();
    await page.getByRole("option", { name: column, exact: true }).click();
  };
  await choose("Customer", "who");
  await choose("Order number", "bill");
  await choose("Time of the order", "moment");
  await choose("Quantity", "n");
  await choose("Price of one", "each");
  await expect(dialog.getByText("1 line cannot be read")).toBeVisible();
  await expect(dialog.getByRole("region", { name: "Rejected lines" })).toContainText("two");
  await dialog.getByRole("button", { name: "Import shop.csv" }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole("row", { name: /shop\.csv/ });
  await expect(row.getByText("Done")).toBeVisible();
  await expect(row.getByText("9 customers")).toBeVisible();
  const download = page.waitForEvent("download");
  await row.getByRole("link", { name: "Download 1 rejected lines of shop.csv" }).click();
  expect((await download).url()).toContain("/rejected");
});

test("Customers are paged by a hundred, and one opens beside the list", async ({ page }) => {
  await open(page, at("/customers"));
  const rows = page.getByRole("table", { name: "Customers" }).getByRole("rowheader");
  await expect(rows).toHaveCount(100);
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page).toHaveURL(/before=/);
  await page.getByLabel("Customer id").fill("WC2254");
  await page.keyboard.press("Enter");
  const peek = page.getByRole("complementary", { name: "Customer WC2254" });
  await expect(peek.getByText("Net revenue")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(peek).toBeHidden();
  isForced = true; // The answer 404 is what is looked for.
  await open(page, at("/customers?customer=nobody"));
  await expect(page.getByText("This customer could not be found.")).toBeVisible();
});

test("A map that arrives cut off is an error with words, not a picture", async ({ page }) => {
  await page.route("**/segmentation/runs/*/map", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.body()).subarray(0, 1_000) });
  });
  await open(page, at("/segments"));
  await expect(panel(page, "Map")).toContainText("The map could not be read.");
  await expect(panel(page, "Map")).toContainText("does not have the length that it says");
});

for (const size of SIZES) {
  for (const theme of THEMES) {
    test(`Segments and customers are accessible: ${size.name}, ${theme}`, async ({ page }) => {
      test.setTimeout(150_000); // Six pages, each with all rules of axe in three widths.
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme });
      for (const path of [
        "/segments",
        `/segments/${run}/0`,
        `/segments/${run}/6?members=all`,
        "/customers",
        "/customers?customer=WC2254",
        "/customers?tab=imports",
      ]) {
        await open(page, at(path));
        await expectAccessible(page);
      }
    });
  }
}
