import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { expectAccessible, open, signedIn, SIZES, THEMES, watch } from "./checks";
import { demo, type Demo } from "./demo";

interface Seen {
  id: string;
  version: number;
  segment: number;
  strategy: string;
  state: string;
  subject: string;
  text: string;
  is_control: boolean;
  run: string;
}

let served: Demo;
let reviewers: BrowserContext;
let admins: BrowserContext;
let page: Page;
let faults: string[];
/** A variant with a claim that no document states. */
let blocked: string;

// One sample for all; each test takes a variant of its own.
test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  served = await demo();
  reviewers = await signedIn(browser, served.url, served.reviewer);
  admins = await signedIn(browser, served.url, served.admin);
  const { items } = await served.caller.get<{ items: Seen[] }>(
    "/generation/variants?state=pass&limit=200",
  );
  const last = items.findLast((variant) => !variant.is_control);
  if (!last) throw new Error("the sample has too few variants");
  await served.caller.send(
    "PATCH",
    `/generation/variants/${last.id}`,
    { text: `${last.text}\n🎄 And 35% off.` },
    { "If-Match": `"${last.version}"` },
  );
  await served.caller.send("POST", `/safety/variants/${last.id}/screening`);
  blocked = last.id;
});
test.afterAll(async () => {
  await reviewers?.close();
  await admins?.close();
  await served?.stop();
});
test.beforeEach(async () => {
  page = await reviewers.newPage();
  await page.setViewportSize(SIZES[0]);
  faults = await watch(page);
});
test.afterEach(() => page.close());

/** Some variant that waits for a review and is not the control. */
async function waiting(nth: number): Promise<Seen> {
  const { items } = await served.caller.get<{ items: Seen[] }>(
    "/generation/variants?state=pass&limit=200",
  );
  const found = items.filter((variant) => !variant.is_control)[nth];
  if (!found) throw new Error("the sample has too few variants");
  return found;
}

const peek = () => page.getByRole("complementary");

test("A claim leads to its source and back, and the list stays alive", async () => {
  await open(page, `${served.url}/variants`);
  await expect(page.getByText(/^32 variants: 4 approved/)).toBeVisible();
  await page.getByRole("region", { name: "Matrix of variants" }).getByRole("link").nth(1).click();
  await peek()
    .getByRole("button", { name: /^Claim 1 agrees/ })
    .click();
  const entry = peek().locator(".sources > li").first();
  await expect(entry).toBeFocused();
  await entry.getByRole("button", { name: "Show claim 1 in the text" }).click();
  await expect(peek().getByRole("button", { name: /^Claim 1 agrees/ })).toBeFocused();
  await expect(entry).toHaveClass(/lit/);
  await expect(entry.getByRole("blockquote").locator("mark")).not.toBeEmpty();
  await page.keyboard.press("Escape");
  await expect(peek()).toBeHidden();
  expect(faults).toEqual([]);
});

test("Keys walk, approve with a note and reject with a reason", async () => {
  const [one, other] = [await waiting(0), await waiting(1)];
  await open(page, `${served.url}/variants?item=${one.id}`);
  const title = peek().getByRole("heading", { level: 2 });
  await expect(title).toBeVisible();
  const before = await title.textContent();
  await page.keyboard.press("j");
  await expect(title).not.toHaveText(before ?? "");
  await page.keyboard.press("k");
  await expect(title).toHaveText(before ?? "");
  await page.keyboard.press("a");
  const dialog = page.getByRole("dialog", { name: "Approve this text?" });
  await dialog.getByLabel(/^Note/).fill("Reads well");
  await dialog.getByRole("button", { name: "Approve" }).click();
  await expect(peek().getByText("Approved", { exact: true })).toBeVisible();

  await open(page, `${served.url}/variants?item=${other.id}&tab=origin`);
  await page.keyboard.press("r");
  const reject = page.getByRole("dialog", { name: "Reject this text?" });
  await expect(reject.getByText("Write at least 10 characters")).toBeVisible();
  await reject.getByLabel("Reason").fill("Too pushy for people who left long ago");
  await reject.getByRole("button", { name: "Reject" }).click();
  await expect(peek().getByText("Too pushy for people who left long ago")).toBeVisible();
  expect(faults).toEqual([]);
});

test("The one who started the run cannot approve, and is told who may", async () => {
  const variant = await waiting(0);
  const own = await admins.newPage();
  await open(own, `${served.url}/variants?item=${variant.id}`);
  const approve = own.getByRole("complementary").getByRole("button", { name: "Approve" });
  await expect(approve).toHaveAttribute("aria-disabled", "true");
  await expect(approve).toHaveAccessibleDescription(
    "You started the run that wrote it. Grace may decide.",
  );
  await own.close();
});

test("Edited words are not screened; a claim without a source is marked behind an emoji", async () => {
  const variant = await waiting(0);
  await open(page, `${served.url}/variants?item=${variant.id}`);
  await page.keyboard.press("e");
  const dialog = page.getByRole("dialog", { name: "Edit text" });
  const text = dialog.getByLabel("Text", { exact: true });
  await text.fill(`${variant.text}\n\n🎄🎁 Only now: 35% off.`);
  await dialog.getByRole("button", { name: "Save only" }).click();
  await expect(peek().getByText("Not screened", { exact: true })).toBeVisible();
  await peek().getByRole("button", { name: "Screen again" }).click();
  await expect(peek().getByText("Blocked", { exact: true })).toBeVisible();
  await expect(peek().locator(".claim.broken").first()).toHaveText(/^35%\d+$/);
  await expect(peek().getByText("Nobody can override a block", { exact: false })).toBeVisible();
  expect(faults).toEqual([]);
});

test("A change by somebody else is shown against one's own before it is saved", async () => {
  const variant = await waiting(0);
  await open(page, `${served.url}/variants?item=${variant.id}`);
  await page.keyboard.press("e");
  const dialog = page.getByRole("dialog", { name: "Edit text" });
  await dialog.getByLabel("Subject").fill("My own subject");
  await served.caller.send(
    "PATCH",
    `/generation/variants/${variant.id}`,
    { subject: "Their subject" },
    { "If-Match": `"${variant.version}"` },
  );
  await dialog.getByRole("button", { name: "Save and screen" }).click();
  const conflict = page.getByRole("dialog", { name: "Somebody else changed this text" });
  await expect(conflict.getByText("Their subject").first()).toBeVisible();
  await expect(conflict.locator("ins").first()).toHaveText(/My own/);
  await conflict.getByRole("button", { name: "Save yours over it" }).click();
  await expect(peek().getByText("My own subject")).toBeVisible();
});

test("An address holds run, state and item, and a state counts over all runs", async () => {
  await open(page, `${served.url}/variants?state=approved`);
  const { items } = await served.caller.get<{ items: Seen[] }>(
    "/generation/variants?state=approved&limit=200",
  );
  await expect(page.locator("tbody tr")).toHaveCount(items.length);
  await open(page, `${served.url}/variants?run=${items[0]?.run ?? ""}&only=waiting&view=list`);
  await expect(page.getByRole("checkbox", { name: "Only needs review" })).toBeChecked();
  await expect(page.locator("tbody").getByText("Approved", { exact: true })).toHaveCount(0);
});

for (const size of SIZES)
  for (const theme of THEMES)
    test(`Variants are accessible at ${size.width} px in ${theme}`, async () => {
      test.setTimeout(120_000);
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme });
      const paths = [
        "variants",
        "variants?view=list",
        "variants?state=pass",
        ...["text", "screening", "origin"].map((tab) => `variants?item=${blocked}&tab=${tab}`),
      ];
      for (const path of paths) {
        await open(page, `${served.url}/${path}`);
        await expectAccessible(page);
      }
      if (size.width < 640) {
        await expect(page.getByRole("dialog")).toBeVisible();
        await page.keyboard.press("Tab");
        await expect(page.getByRole("dialog").locator(":focus")).toHaveCount(1);
      } else {
        await page.keyboard.press("e");
        await expect(page.getByRole("dialog", { name: "Edit text" })).toBeVisible();
        await expectAccessible(page);
      }
      expect(faults).toEqual([]);
    });
