import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { expectAccessible, open, signedIn, SIZES, THEMES, watch } from "./checks";
import { demo, type Demo } from "./demo";

interface Seen {
  id: string;
  version: number;
  state: string;
  text: string;
  is_control: boolean;
}

let served: Demo;
let context: BrowserContext;
let page: Page;
let faults: string[];
const made: Record<"blocked" | "held" | "unscreened", Seen> = {} as never;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  served = await demo();
  const { items } = await served.caller.get<{ items: Seen[] }>(
    "/generation/variants?state=pass&limit=200",
  );
  const [first, second, third] = items.filter((variant) => !variant.is_control);
  if (!first || !second || !third) throw new Error("the sample has too few variants");
  // The administrator wrote them, so that the reviewer may decide.
  made.blocked = await edited(first, "🎄 You get 35% off. Write to sam@other.example today.");
  made.held = await edited(second, "🎁 Write to sam@other.example today.");
  made.unscreened = await edited(third, "P.S. See you soon.", false);
  context = await signedIn(browser, served.url, served.reviewer);
});
test.afterAll(async () => {
  await context?.close();
  await served?.stop();
});
test.beforeEach(async () => {
  page = await context.newPage();
  await page.setViewportSize(SIZES[0]);
  faults = await watch(page);
});
test.afterEach(() => page.close());

async function edited(variant: Seen, line: string, isScreened = true): Promise<Seen> {
  const { caller } = served;
  const changed = await caller.send<Seen>(
    "PATCH",
    `/generation/variants/${variant.id}`,
    { text: `${line}\n\n${variant.text}` },
    { "If-Match": `"${variant.version}"` },
  );
  if (!isScreened) return changed;
  return caller.send<Seen>("POST", `/safety/variants/${variant.id}/screening`);
}

const detail = () => page.locator(".safe > .panel").nth(1);

test("Each tab lists exactly what is in its state", async () => {
  for (const [tab, state, heading] of [
    ["review", "review", "Needs review"],
    ["blocked", "block", "Blocked"],
    ["unscreened", "unscreened", "Not screened"],
    ["approved", "approved", "Approved"],
  ]) {
    const { items } = await served.caller.get<{ items: Seen[] }>(
      `/generation/variants?limit=200&state=${state}`,
    );
    await open(page, `${served.url}/safety?tab=${tab}`);
    await expect(page.locator("[data-queue-link]")).toHaveCount(items.length);
    await expect(page.getByRole("tab", { name: `${heading} ${items.length}` })).toBeVisible();
  }
  expect(faults).toEqual([]);
});

test("Spans stand at the exact words behind an emoji, linked with their findings", async () => {
  await open(page, `${served.url}/safety?tab=blocked&item=${made.blocked.id}`);
  await expect(detail().locator(".span.offer")).toHaveText("35%1 Percent");
  await expect(detail().locator(".span.pii")).toHaveText("sam@other.example2 Email");
  await expect(detail().getByText(/^Blocked: The text says 35/)).toBeVisible();
  await expect(detail().getByText("grounding.percent").first()).toBeVisible();
  await detail().getByRole("button", { name: "Finding 2: Email" }).click();
  await expect(detail().locator(".findings > li").nth(1)).toBeFocused();
  await detail().getByRole("button", { name: "Show finding 2 in the text" }).click();
  await expect(detail().getByRole("button", { name: "Finding 2: Email" })).toBeFocused();
  await expect(detail().getByText("6 High, blocks")).toBeVisible();
  const override = detail().getByRole("button", { name: "Override with reason" });
  await expect(override).toHaveAccessibleDescription(/nobody can override a block/i);
});

test("A suggestion is used with one press and screened again", async () => {
  await open(page, `${served.url}/safety?tab=blocked&item=${made.blocked.id}`);
  await detail()
    .getByRole("button", { name: /^Use “\d+%”$/ })
    .click();
  const dialog = page.getByRole("dialog", { name: "Edit text" });
  await expect(dialog.getByLabel("Text", { exact: true })).toHaveValue(
    /^🎄 You get (?!35)\d+% off\./,
  );
  await dialog.getByRole("button", { name: "Save and screen" }).click();
  await expect(page.getByText("Saved and screened: needs review.")).toBeVisible();
  await expect(page.getByRole("tab", { name: "Blocked 0" })).toBeVisible();
  expect(faults).toEqual([]);
});

test("A held message is overridden with a reason, which stays with it", async () => {
  await open(page, `${served.url}/safety?item=${made.held.id}`);
  await detail().getByRole("button", { name: "Override with reason" }).click();
  const dialog = page.getByRole("dialog", { name: "Approve over the screening?" });
  await expect(dialog.getByText("Write at least 10 characters")).toBeVisible();
  await dialog.getByLabel("Reason").fill("Sam is the owner and wants these letters");
  await dialog.getByRole("button", { name: "Approve all the same" }).click();
  await expect(
    page.getByText("Approved over the screening. The reason is in the audit."),
  ).toBeVisible();
  const { items } = await served.caller.get<{ items: { reason: string; is_override: boolean }[] }>(
    `/safety/variants/${made.held.id}/reviews`,
  );
  expect(items[0]).toMatchObject({
    reason: "Sam is the owner and wants these letters",
    is_override: true,
  });
});

test("What is not screened is never green, and is screened from here", async () => {
  await open(page, `${served.url}/safety?tab=unscreened&item=${made.unscreened.id}`);
  const word = detail().getByText("Not screened", { exact: true }).first();
  await expect(word).toHaveClass(/warn/);
  await expect(detail().getByText("nothing was found because nothing was sought")).toBeVisible();
  await detail().getByRole("button", { name: "Screen again" }).click();
  await expect(page.getByText(/^Screened: passed/)).toBeVisible();
});

test("A text is tried without being kept", async () => {
  await open(page, `${served.url}/safety`);
  await page.getByRole("button", { name: "Try a text" }).click();
  const dialog = page.getByRole("dialog", { name: "Try a text" });
  await dialog.getByLabel("Text", { exact: true }).fill("Hi 🎉 you idiot, mail joe@example.com");
  await dialog.getByRole("button", { name: "Screen", exact: true }).click();
  await expect(dialog.getByText("Blocked", { exact: true })).toBeVisible();
  await expect(dialog.locator(".span.pii")).toHaveText(/^joe@example\.com/);
  // The word and the phrase overlap: one lies inside the other.
  await expect(dialog.locator(".span.offer .span.offer")).toHaveText(/^idiot/);
  await expectAccessible(page);
  expect(faults).toEqual([]);
});

for (const size of SIZES)
  for (const theme of THEMES)
    test(`Safety is accessible at ${size.width} px in ${theme}`, async () => {
      test.setTimeout(120_000);
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme });
      for (const path of [
        "safety",
        "safety?tab=unscreened",
        "safety?tab=approved",
        `safety?item=${made.blocked.id}`,
      ]) {
        await open(page, `${served.url}/${path}`);
        await expectAccessible(page);
      }
      if (size.width < 640) await expect(page.getByRole("dialog")).toBeVisible();
      expect(faults).toEqual([]);
    });
