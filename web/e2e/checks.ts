import AxeBuilder from "@axe-core/playwright";
import { expect, type Browser, type BrowserContext, type Page } from "@playwright/test";
import type { SignIn } from "./demo";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
export const SIZES = [
  { name: "desktop", width: 1280, height: 800 },
  { name: "mobile", width: 375, height: 812 },
] as const;
export const THEMES = ["light", "dark"] as const;

/** Collects what the browser complains about: errors, and reports of the policy. */
export async function watch(page: Page): Promise<string[]> {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      // oxlint-disable-next-line no-console
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  return faults;
}

export async function signIn(page: Page, url: string, person: SignIn): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
}

/** A browser context in which the person is signed in. */
export async function signedIn(
  browser: Browser,
  url: string,
  person: SignIn,
): Promise<BrowserContext> {
  const context = await browser.newContext({ reducedMotion: "reduce", locale: "en-GB" });
  const page = await context.newPage();
  await signIn(page, url, person);
  await page.close();
  return context;
}

/** Opens a screen and waits until it has drawn what it reads. The kit shows one loading panel for ever. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.waitForLoadState("load");
  const forever = new URL(address).pathname.endsWith("/kit") ? 1 : 0;
  await expect(page.locator('[data-state="loading"]')).toHaveCount(forever);
}

/** What axe cannot tell of contrast, and why; the unit test of the tokens computes every pair of colours. */
const UNDECIDED: Readonly<Record<string, string>> = {
  elmPartiallyObscured: "it is scrolled half under a sticky column or bar",
  elmPartiallyObscuring: "it is the sticky one",
  imgNode: "it is text of a picture drawn as SVG",
  shortTextContent: "it is one character",
};

/**
 * No rule of axe is broken, and none left undecided that is not named above; nothing scrolls
 * sideways, also at 320 px and at twice the size, and widened text is not cut.
 */
export async function expectAccessible(page: Page): Promise<void> {
  // React Aria's announcer keeps the name of a button that was at work for seconds after it is gone.
  await expect(page.locator("[data-live-announcer] [role=img]")).toHaveCount(0);
  // What happens to be scrolled half under the sticky bar counts as a target too small.
  await page.evaluate(() => window.scrollTo(0, 0));
  const { violations, incomplete } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary])).toEqual(
    [],
  );
  const open = incomplete.flatMap(({ id, nodes }) =>
    nodes
      .filter((node) => ![...node.any, ...node.all, ...node.none].every(isNamed))
      .map((node) => [id, node.html]),
  );
  expect(open, "undecided").toEqual([]);
  expect(await excessOf(page)).toBeLessThanOrEqual(0);
  expect(await cutWith(page, SPACING), "with text spacing").toEqual([]);
  const size = page.viewportSize();
  if (!size) return;
  // Twice the size is half the width; the small screen stands for the narrowest.
  await page.setViewportSize({ ...size, width: size.width < 640 ? 320 : size.width / 2 });
  await expect.poll(() => excessOf(page), "narrower").toBeLessThanOrEqual(0);
  await page.setViewportSize(size);
}

const isNamed = ({ id, data }: { id: string; data: unknown }): boolean => {
  const { messageKey = "" } = (data ?? {}) as { messageKey?: string };
  return id === "color-contrast" && messageKey in UNDECIDED;
};

/** What WCAG 1.4.12 asks a page to bear. */
const SPACING =
  "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }" +
  "p { margin-bottom: 2em !important }";

const excessOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

/** Labels and headings whose words do not fit their box while `css` holds. */
function cutWith(page: Page, css: string): Promise<string[]> {
  return page.evaluate((rules) => {
    const sheet = new CSSStyleSheet(); // The policy lets no <style> in.
    sheet.replaceSync(rules);
    document.adoptedStyleSheets.push(sheet);
    const cut = [
      ...document.querySelectorAll<HTMLElement>("button, a, label, th, h1, h2, h3, .tag"),
    ]
      .filter((each) => getComputedStyle(each).overflowX !== "visible" && each.clientWidth > 1)
      .filter((each) => each.scrollWidth > each.clientWidth + 1)
      .map((each) => each.outerHTML.slice(0, 200));
    if (document.documentElement.scrollWidth > window.innerWidth)
      cut.push("the page scrolls sideways");
    document.adoptedStyleSheets.pop();
    return cut;
  }, css);
}
