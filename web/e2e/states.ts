import { expect, type Locator, type Page, type Route } from "@playwright/test";

/** A problem as the server sends it. */
function problem(status: number, detail: string) {
  return {
    status,
    contentType: "application/problem+json",
    body: JSON.stringify({
      type: "about:blank",
      title: "Forced",
      status,
      detail,
      instance: "/",
      code: "internal",
      request_id: "01-forced",
    }),
  };
}

export interface Forced {
  /** Matches the request whose answer is forced. */
  url: RegExp;
  /** The address of the screen, and one with a filter; null where the panel has none. */
  address: string;
  filtered: string | null;
  /** Part of the screen in which the state must show. */
  panel: (page: Page) => Locator;
  /** The answer of an empty list. */
  empty: unknown;
}

/** Loading, error, empty and filtered of one panel, each forced by its answer alone. */
export async function expectStates(page: Page, forced: Forced): Promise<void> {
  const { url, address, filtered, panel, empty } = forced;
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  const wait = async (route: Route) => {
    await held;
    await route.continue();
  };
  await page.route(url, wait);
  await page.goto(address);
  await expect(panel(page).locator('[data-state="loading"]').first()).toBeVisible();
  release();
  await expect(panel(page).locator('[data-state="loading"]')).toHaveCount(0);
  await page.unroute(url);

  await page.route(url, (route) => route.fulfill(problem(500, "the disk is full")));
  await page.goto(address);
  const error = panel(page).locator('[data-state="error"]');
  await expect(error).toContainText("the disk is full");
  await expect(error).toContainText("01-forced");
  await page.unroute(url);
  await error.getByRole("button", { name: "Retry" }).click();
  await expect(error).toBeHidden();

  await page.route(url, (route) => route.fulfill({ json: empty }));
  await page.goto(address);
  await expect(panel(page).locator('[data-state="empty"]')).toBeVisible();
  if (filtered) {
    await page.goto(filtered);
    await expect(panel(page).locator('[data-state="filtered"]')).toBeVisible();
  }
  await page.unroute(url);

  await page.goto(address);
  for (const state of ["loading", "error", "empty", "filtered"])
    await expect(panel(page).locator(`[data-state="${state}"]`)).toHaveCount(0);
  await expect(page.getByText("Live", { exact: true })).toBeVisible({ timeout: 20_000 });
  // Data must be here, so that the refusal makes them stale instead of missing.
  await expect(panel(page).locator('[data-state="ready"]').first()).toBeVisible();
  await page.route(url, (route) => route.fulfill(problem(403, "not now")));
  await touch(page);
  await expect(panel(page).getByText(/As of \d\d:\d\d:\d\d/)).toBeVisible();
  await page.unroute(url);
}

/** Lets the tab read everything again, as an event of the stream does. */
async function touch(page: Page): Promise<void> {
  const cookies = await page.context().cookies();
  const xsrf = cookies.find((cookie) => cookie.name === "XSRF-TOKEN")?.value ?? "";
  const origin = new URL(page.url()).origin;
  const send = (method: "post" | "get", path: string, data?: unknown) =>
    page.request[method](`${origin}/api/v1${path}`, {
      headers: { "X-XSRF-Token": xsrf },
      ...(data === undefined ? {} : { data }),
    });
  await send("post", "/retrieval/documents", {
    title: `Note ${Date.now()}`,
    type: "style",
    text: "We write plainly.",
  });
  const list = await send("get", "/generation/variants?limit=1&state=pass");
  const { items } = (await list.json()) as {
    items: { id: string; version: number; text: string }[];
  };
  if (!items[0]) throw new Error("the sample has too few variants");
  const changed = await page.request.patch(`${origin}/api/v1/generation/variants/${items[0].id}`, {
    headers: { "X-XSRF-Token": xsrf, "If-Match": `"${items[0].version}"` },
    data: { text: `${items[0].text}\nThank you.` },
  });
  expect(changed.status()).toBe(200);
}
