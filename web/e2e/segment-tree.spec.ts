import { expect, test, type Page } from "@playwright/test";
import { expectAccessible, open, watch } from "./checks";
import { enter, loadSample, setUp } from "./sample";
import { serve, type Served } from "./server";

let served: Served;
let faults: string[];

test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  served = await serve();
  await loadSample(await setUp(served));
});
test.afterAll(() => served.stop());
test.beforeEach(async ({ page }) => {
  faults = await watch(page);
  await enter(page, served);
});
test.afterEach(() => expect(faults).toEqual([]));

const at = (path: string) => `${served.url}${path}`;
const panel = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

/** Without a run the page has the button twice. */
async function startTree(page: Page) {
  await page.getByRole("button", { name: "Compute segments" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Compute segments" });
  await dialog.getByText("Everybody, as a tree").click();
  return dialog;
}

test("A tree is drawn, cut elsewhere, and computed with the new cut", async ({ page }) => {
  await open(page, at("/segments"));
  const dialog = await startTree(page);
  await dialog.getByRole("button", { name: /Joined first$/ }).click();
  await page.getByRole("option", { name: /Genie/ }).click();
  await dialog.getByText("My own number").click();
  await dialog.getByLabel("Segments", { exact: true }).fill("4");
  await dialog.getByRole("button", { name: "Compute segments" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("heading", { name: "4 segments" })).toBeVisible();
  await expect(panel(page, "How firm it is")).toContainText("hierarchical (Genie)");
  const tree = panel(page, "Tree");
  await expect(tree.getByRole("img", { name: /^Tree of 100 groups\. Cut into 4,/ })).toBeVisible();
  await tree.getByLabel("Cut into segments").fill("101");
  await expect(tree.getByText("A whole number from 2 to 100")).toBeVisible();
  await tree.getByLabel("Cut into segments").fill("6");
  const words = await tree.getByText(/^6 segments of /).innerText();
  await expectAccessible(page);
  await tree.getByRole("button", { name: "Compute with this cut" }).click();
  await expect(page.getByRole("heading", { name: "6 segments" })).toBeVisible();
  // What the cut had promised is what came.
  const sizes = page.getByRole("table", { name: "Segments" }).locator("tbody tr td:nth-of-type(3)");
  expect(words).toBe(`6 segments of ${(await sizes.allInnerTexts()).join(", ")} customers.`);
});

test("A tree is cut at the height that an earlier one told", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await open(page, at("/segments"));
  const dialog = await startTree(page);
  await dialog.getByText("Cut at a height").click();
  await dialog.getByLabel("Height", { exact: true }).fill("0");
  await expect(dialog.getByText("A number above 0, such as 12.5")).toBeVisible();
  await dialog.getByText("Features, scaling and measures").click();
  await expectAccessible(page);
  expect(await dialog.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
  await dialog.getByText("My own number").click();
  await dialog.getByLabel("Segments", { exact: true }).fill("7");
  await dialog.getByRole("button", { name: "Compute segments" }).click();
  await expect(page.getByRole("heading", { name: "7 segments" })).toBeVisible();
  const cut = panel(page, "Tree").getByText(/This cut is at the height /);
  const height = /at the height ([\d.]+)\. /.exec(await cut.innerText())?.[1] ?? "";
  await startTree(page);
  await dialog.getByText("Cut at a height").click();
  await dialog.getByLabel("Height", { exact: true }).fill(height);
  await dialog.getByText("Features, scaling and measures").click();
  await dialog.getByText(/on all customers/).click();
  await dialog.getByRole("button", { name: "Compute segments" }).click();
  await expect(panel(page, "How firm it is")).toContainText(
    `The tree was cut at the height ${height}`,
  );
  await expect(page.getByRole("heading", { name: "7 segments" })).toBeVisible();
});

test("A cut into more segments than anybody can use says what to do", async ({ page }) => {
  await open(page, at("/segments"));
  const dialog = await startTree(page);
  await dialog.getByText("Cut at a height").click();
  await dialog.getByLabel("Height", { exact: true }).fill("1.9");
  await dialog.getByRole("button", { name: "Compute segments" }).click();
  await expect(
    page.getByText(/segments, at most 100 can be used: cut the tree higher\./),
  ).toBeVisible();
});
