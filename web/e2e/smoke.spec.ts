import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { expectAccessible, open, signIn, SIZES, THEMES, watch } from "./checks";
import { serve, type Served } from "./server";

const ADMIN = { name: "Ada", email: "ada@example.org", password: "correct horse battery" };
let served: Served;
let faults: string[];

// One server for all, set up by the first test: after a failure the rest has nothing to stand on.
test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  served = await serve("/some/path");
});
test.afterAll(() => served.stop());

test.beforeEach(async ({ page }) => {
  faults = await watch(page);
});
// A failed request is a line of the browser; those that we provoke answer 401 or 404.
test.afterEach(() =>
  expect(faults.filter((line) => !/status of (401|404)/.test(line))).toEqual([]),
);

/** The orders of the demo, sent as a program would with the session of the page. */
async function importOrders(page: Page) {
  const cookies = await page.context().cookies();
  const xsrf = cookies.find((cookie) => cookie.name === "XSRF-TOKEN")?.value ?? "";
  const answer = await page.request.post(
    `${served.url}/api/v1/customers/imports?kind=transactions&file=orders.csv`,
    {
      headers: { "Content-Type": "text/csv", "X-XSRF-Token": xsrf },
      data: readFileSync("../demo/orders.csv"),
    },
  );
  expect(answer.status()).toBe(202);
}

test("A fresh server is set up once, and a wrong token is said at its field", async ({ page }) => {
  await page.goto(served.url);
  await expect(page.getByRole("heading", { level: 1, name: "Set up" })).toBeVisible();
  await page.getByLabel("Set-up token").fill("wrong");
  await page.getByLabel("Workspace").fill("Gift shop");
  await page.getByLabel("Your name").fill(ADMIN.name);
  await page.getByLabel("Email").fill(ADMIN.email);
  await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page.getByText("This is not the token")).toBeVisible();
  faults = faults.filter((fault) => !fault.includes("403"));
  await page.getByLabel("Set-up token").fill(served.setupToken);
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await page.goto(`${served.url}/setup`);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
});

test("A wrong password is said at the field, which has the focus", async ({ page }) => {
  await page.goto(served.url);
  await page.getByLabel("Email").fill(ADMIN.email);
  await page.getByLabel("Password", { exact: true }).fill("something else");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("The email or the password is wrong.")).toBeVisible();
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
});

test("An import shows itself without a reload, and its row opens beside the list", async ({
  page,
}) => {
  await signIn(page, served.url, ADMIN);
  await page.getByRole("link", { name: "Jobs" }).first().click();
  const heading = page.getByRole("heading", { level: 1, name: "Jobs" });
  await expect(heading).toBeFocused();
  await expect(page.getByText("Nothing ran yet.")).toBeVisible();
  // The server answers the stream with its first line, at the latest with a heartbeat.
  await expect(page.getByText("Live", { exact: true })).toBeVisible({ timeout: 20_000 });
  await importOrders(page);
  await page.getByRole("link", { name: "Import" }).click();
  const peek = page.getByRole("complementary");
  await expect(peek.getByText("orders.csv").or(peek.getByText("Done"))).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(peek).toBeHidden();
  await page.goto(`${served.url}/jobs?state=failed`);
  await expect(page.getByText("Nothing fits this filter.")).toBeVisible();
  await page.getByRole("button", { name: "Clear filter", exact: true }).click();
  await expect(page.getByRole("link", { name: "Import" })).toBeVisible();
});

test("The chain verifies, and keys lead from screen to screen", async ({ page }) => {
  await signIn(page, served.url, ADMIN);
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await expect(page.getByRole("heading", { level: 1, name: "Audit" })).toBeFocused();
  await expect(page).toHaveTitle("Audit · CPO");
  await page.getByRole("button", { name: "Verify chain" }).click();
  await expect(page.getByText("Whole", { exact: true })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Search and commands" })).toBeVisible();
  await page.keyboard.type("jobs");
  await expect(page.getByRole("menuitem", { name: "Jobs" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Jobs" })).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
});

test("A session that ends keeps the page and asks over it", async ({ page }) => {
  await signIn(page, served.url, ADMIN);
  await page.goto(`${served.url}/audit`);
  await page.getByLabel("Kind of object").fill("variant");
  await page.context().clearCookies();
  // A refetch may ask first, and then its dialog lies over the button.
  await page.locator("button", { hasText: "Verify chain" }).dispatchEvent("click");
  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await dialog.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByLabel("Kind of object")).toHaveValue("variant");
});

for (const size of SIZES) {
  for (const theme of THEMES) {
    test(`Every screen is accessible at ${size.width} px in ${theme}`, async ({ page }) => {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme });
      await signIn(page, served.url, ADMIN);
      for (const path of ["", "jobs", "audit", "kit", "no-such-screen"]) {
        await open(page, `${served.url}/${path}`);
        await expectAccessible(page);
      }
    });
  }
}
