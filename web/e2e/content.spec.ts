import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { expectAccessible, open, signedIn, SIZES, THEMES, watch } from "./checks";
import { demo, type Demo } from "./demo";

let served: Demo;
let context: BrowserContext;
let page: Page;
let faults: string[];

// Later tests look for what earlier ones wrote.
test.describe.configure({ mode: "serial" });
test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  served = await demo();
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

const peek = () => page.getByRole("complementary");

test("A draft is written, refused to its writer, and approved by somebody else", async () => {
  await open(page, `${served.url}/content`);
  await page.getByRole("button", { name: "New document" }).click();
  const dialog = page.getByRole("dialog", { name: "New document" });
  await dialog.getByLabel("Title").fill("Dispatch of late orders");
  await dialog.getByRole("button", { name: "Save draft" }).click();
  await expect(dialog.getByText("A text is needed.")).toBeVisible();
  await dialog
    .getByLabel("Text", { exact: true })
    .fill("Orders before 14:00 leave the same day 🚚.");
  await dialog.getByLabel("Named facts").fill("dispatch_time: 14:00");
  await dialog.getByRole("button", { name: "Save draft" }).click();
  await expect(peek().getByText("Draft", { exact: true })).toBeVisible();
  const approve = peek().getByRole("button", { name: "Approve" });
  await expect(approve).toHaveAttribute("aria-disabled", "true");
  await expect(approve).toHaveAccessibleDescription(/You wrote this version/);
  const id = new URL(page.url()).searchParams.get("item") ?? "";
  await served.caller.send("PUT", `/retrieval/documents/${id}/approval`, undefined, {
    "If-Match": '"1"',
  });
  // The other person's approval arrives by itself.
  await expect(peek().locator(".tag")).toHaveText("Approved");
  expect(faults).toEqual([]);
});

test("Search shows hits with the parts of their score; an expired document leaves it", async () => {
  await open(page, `${served.url}/content`);
  await page.getByLabel("Words to look for").fill("dispatch of late orders");
  await page.keyboard.press("Enter");
  const hits = page.locator(".hits > li");
  await expect(hits.first()).toContainText("Dispatch of late orders");
  await expect(hits.first()).toContainText(/Score \d\.\d\d of 1: by meaning/);
  await expect(hits.first().locator("mark").first()).toBeVisible();
  await hits.first().getByRole("link").click();
  await peek().getByRole("button", { name: "Expire" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Expire" }).click();
  await expect(peek().getByText("Expired", { exact: true })).toBeVisible();
  await expect(hits.first()).not.toContainText("Dispatch of late orders");
  expect(faults).toEqual([]);
});

test("A file is imported, and its drafts are approved together", async ({ browser }) => {
  // What the administrator imports is not the reviewer's own.
  const writer = await signedIn(browser, served.url, served.admin);
  const sheet = await writer.newPage();
  await open(sheet, `${served.url}/content`);
  await sheet.getByRole("button", { name: "Import file" }).click();
  const lines = ["Wrapping by hand", "Cards for birthdays"].map((title) =>
    JSON.stringify({ title, type: "fact", text: `${title} is what we do.` }),
  );
  await sheet.locator('input[type="file"]').setInputFiles({
    name: "more.jsonl",
    mimeType: "application/x-ndjson",
    buffer: Buffer.from(`${lines.join("\n")}\n`),
  });
  await sheet.getByRole("button", { name: "Import", exact: true }).click();
  await expect(sheet.getByText("Imported", { exact: true })).toBeVisible();
  await sheet.getByRole("button", { name: "Done" }).click();
  await expect(sheet.getByRole("link", { name: "Wrapping by hand" })).toBeVisible();
  await sheet.getByRole("button", { name: "Import file" }).click();
  await sheet.locator('input[type="file"]').setInputFiles({
    name: "broken.md",
    mimeType: "text/markdown",
    buffer: Buffer.from("---\ntitle: Broken\nvalid_untill: 2026-01-01\n---\nText.\n"),
  });
  await sheet.getByRole("button", { name: "Import", exact: true }).click();
  await expect(sheet.getByRole("alert")).toContainText("valid_untill");
  await writer.close();

  await open(page, `${served.url}/content?state=draft`);
  await page.getByRole("button", { name: "Approve drafts" }).click();
  await page.getByRole("button", { name: "Approve 2 documents" }).click();
  await expect(page.getByText("2 documents approved.")).toBeVisible();
  await expect(page.getByText("Nothing fits this filter.")).toBeVisible();
  expect(faults).toEqual([]);
});

test("A change by a colleague stands against one's own, field by field", async () => {
  interface Seen {
    id: string;
    version: number;
    content: { title: string; text: string };
  }
  const before = await served.caller.post<Seen>("/retrieval/documents", {
    title: "Ribbons",
    type: "fact",
    text: "Ribbons come in red.",
  });
  const path = `/retrieval/documents/${before.id}`;
  await open(page, `${served.url}/content?item=${before.id}`);
  await peek().getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit document" });
  await dialog.getByLabel("Text", { exact: true }).fill("Ribbons come in red and green.");
  await dialog.getByLabel("Segments").fill("loyal");
  // A phone that is turned keeps the dialog on top, with what was typed.
  await page.setViewportSize(SIZES[1]);
  await dialog.getByLabel("Segments").click();
  await expect(dialog.getByLabel("Segments")).toHaveValue("loyal");
  await page.setViewportSize(SIZES[0]);
  await served.caller.send(
    "PUT",
    path,
    { ...before.content, title: "Our ribbons", text: "Ribbons come in blue." },
    { "If-Match": `"${before.version}"` },
  );
  await dialog.getByRole("button", { name: "Save draft" }).click();
  const conflict = page.getByRole("dialog", { name: "Somebody else changed this document" });
  const text = conflict.getByRole("region", { name: "Text" });
  await expect(text.getByRole("heading")).toHaveText("Text, changed by both");
  await expect(text.locator("del")).toHaveText("blue");
  await expect(conflict.getByRole("region")).toHaveCount(2);
  await expectAccessible(page);
  await conflict.getByRole("button", { name: "Save yours over it" }).click();
  await expect(page.getByText("Saved as a draft. Somebody else approves it.")).toBeVisible();
  const { content } = await served.caller.get<Seen>(path);
  expect(content).toMatchObject({
    title: "Our ribbons",
    text: "Ribbons come in red and green.",
    segments: ["loyal"],
  });
});

test("A document that contradicts another says so and is not green", async () => {
  await open(page, `${served.url}/content`);
  await page.getByRole("link", { name: "Returns", exact: true }).click();
  await expect(peek().locator(".tag.warn")).toHaveText("Set aside");
  await expect(peek().getByText(/Contradicts returns-old/)).toBeVisible();
  await peek().getByRole("button", { name: "Take approval away" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take away" }).click();
  await expect(peek().getByText("Draft", { exact: true })).toBeVisible();
  await peek().getByRole("button", { name: "Approve" }).click();
  await expect(page.getByText("Approved. Messages may use it from now on.")).toBeVisible();
});

for (const size of SIZES)
  for (const theme of THEMES)
    test(`Content is accessible at ${size.width} px in ${theme}`, async () => {
      test.setTimeout(120_000);
      const { items } = await served.caller.get<{ items: { id: string }[] }>(
        "/retrieval/documents?type=offer&state=approved",
      );
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme });
      for (const path of ["content", "content?q=gift", `content?item=${items[0]?.id}`]) {
        await open(page, `${served.url}/${path}`);
        await expectAccessible(page);
      }
      await open(page, `${served.url}/content`);
      await page.getByRole("button", { name: "New document" }).click();
      await expect(page.getByRole("dialog", { name: "New document" })).toBeVisible();
      await expectAccessible(page);
      expect(faults).toEqual([]);
    });
