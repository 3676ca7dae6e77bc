import { expect, type Locator, type Page, type Route } from "@playwright/test";

/** How a request is made to fail; every panel has one of them, and all of them occur. */
export type Failure = 403 | 404 | 429 | 500 | "offline";
/** Why a state cannot come about for a panel. */
export interface Never {
  never: string;
}
type Answer = Record<string, unknown>;

export interface Row {
  panel: string;
  /** Where it stands; by default the region of that name. */
  at?: (page: Page) => Locator;
  /** The read it rests on, matched against "GET /experiments?limit=20". */
  request: RegExp;
  loading?: Never;
  error: Failure | Never;
  empty: { words: string; action?: string; answer?: (real: never) => unknown } | Never;
  /** Part of the address that filters, and what the panel calls those filters. */
  filtered: { query: string; names: readonly string[] } | Never;
  stale?: Never;
  /** The reads that fail beside the main one, and what is then missing by name. */
  partial: { request: RegExp; missing: string | RegExp } | Never;
}

/** One address and the panels on it whose reads are forced together. */
export interface Scene<Made> {
  screen: string;
  path: (made: Made) => string;
  /** Asks for what is read only on demand. */
  ask?: (page: Page) => Promise<void>;
  rows: readonly Row[];
}

export const NO_ITEMS = (real: object) => ({ ...real, items: [], next: null, previous: null });
/** Kinds that the same request again can help. */
const HAS_RETRY: readonly unknown[] = [429, 500, "offline"];
const KIND = {
  403: "forbidden",
  404: "gone",
  429: "too-many",
  500: "server",
  offline: "offline",
} as const;
const SKELETON = '[data-state="loading"]:not(.invisible)';

export const isNever = (state: unknown): state is Never =>
  typeof state === "object" && state !== null && "never" in state;

/** A problem as the server sends it. */
function refuse(route: Route, failure: Failure): Promise<void> {
  if (failure === "offline") return route.abort("internetdisconnected");
  return route.fulfill({
    status: failure,
    contentType: "application/problem+json",
    body: JSON.stringify({
      type: "about:blank",
      title: "Forced",
      status: failure,
      detail: "the disk is full",
      instance: "/",
      code: "forced",
      request_id: "01-forced",
    }),
  });
}

type Deal = (route: Route) => Promise<unknown>;
/** Says of a request what becomes of it; undefined lets it pass. */
type Rule = (name: string) => Deal | undefined;

/** The reads of a page in the hand of a test, and its stream, which says when to read again. */
export class Forced {
  private rule: Rule = () => undefined;
  private release: () => void = () => undefined;
  private held: Promise<void> = Promise.resolve();

  private constructor(private readonly page: Page) {}

  static async of(page: Page): Promise<Forced> {
    const forced = new Forced(page);
    await page.addInitScript(() => {
      class Stream extends EventTarget {
        static readonly CLOSED = 2;
        readonly readyState = 1;
        constructor() {
          super();
          Object.assign(window, { forcedStream: this });
        }
        close() {}
      }
      Object.assign(window, { EventSource: Stream });
    });
    await page.route(/\/api\/v1\//, async (route) => {
      const request = route.request();
      const name = `${request.method()} ${request.url().replace(/^.*\/api\/v1/, "")}`;
      await (forced.rule(name)?.(route) ?? route.continue());
    });
    return forced;
  }

  /** Holds what matches until `let`; then the rule of that moment decides. */
  hold(matches: (name: string) => boolean): void {
    this.held = new Promise((done) => (this.release = done));
    this.rule = (name) =>
      matches(name)
        ? async (route) => {
            await this.held;
            await (this.rule(name)?.(route) ?? route.continue());
          }
        : undefined;
  }

  /** From now on this rule holds, also for what is held. */
  let(rule: Rule): void {
    this.rule = rule;
    this.release();
  }

  /** Everything on the page is read again, as after a gap in the stream. */
  async readAgain(): Promise<void> {
    await this.page.evaluate(() => {
      const { forcedStream } = window as unknown as { forcedStream: EventTarget };
      forcedStream.dispatchEvent(new MessageEvent("resync", { lastEventId: "1" }));
    });
  }

  /** Goes there without loading the page anew. */
  async go(address: string): Promise<void> {
    await this.page.evaluate((to) => {
      history.pushState(null, "", to);
      window.dispatchEvent(new PopStateEvent("popstate"));
    }, address);
  }
}

const refusing =
  (rows: readonly Row[], failure?: Failure): Rule =>
  (name) => {
    const row = rows.find((each) => each.request.test(name));
    if (!row) return undefined;
    return (route) => refuse(route, failure ?? (row.error as Failure));
  };

/** Goes through all states of the panels of a scene; loads the page once, and once more if partial. */
export async function expectScene(
  page: Page,
  forced: Forced,
  address: string,
  { rows, ask }: Pick<Scene<never>, "rows" | "ask">,
): Promise<void> {
  const panel = (row: Row) => row.at?.(page) ?? page.getByRole("region", { name: row.panel });
  const failing = rows.filter((row) => !isNever(row.error));
  const waiting = rows.filter((row) => !isNever(row.loading));
  const held = [...waiting, ...failing];
  forced.hold((name) => held.some((row) => row.request.test(name)));
  await page.goto(address);
  await ask?.(page);
  for (const row of waiting) await expectLoading(panel(row), row);
  forced.let(refusing(failing));
  for (const row of failing) await expectError(panel(row), row);
  forced.let(() => undefined);
  const retried = failing.find((row) => HAS_RETRY.includes(row.error));
  if (retried) await panel(retried).getByRole("button", { name: "Retry" }).click();
  if (!failing.every((row) => row.request.source === retried?.request.source))
    await forced.readAgain();
  for (const row of rows) {
    await expect(panel(row).locator('[data-state="ready"]').first(), row.panel).toBeVisible();
    await expect(panel(row).locator('[data-state="error"]'), row.panel).toHaveCount(0);
  }
  await expectStale(forced, panel, rows, () => ask?.(page) ?? forced.readAgain());
  await expectEmpty(page, forced, panel, rows);
  await expectPartial(page, forced, panel, rows, address);
}

async function expectLoading(panel: Locator, row: Row): Promise<void> {
  const loading = panel.locator(SKELETON).first();
  await expect(loading, row.panel).toHaveAttribute("aria-busy", "true");
  await expect(loading, row.panel).toContainText("loading");
  await expect(loading.locator(".skeleton, .map-skeleton").first(), row.panel).toBeVisible();
}

/** What failed, with the request id where one came, and the way out of this kind. */
async function expectError(panel: Locator, row: Row): Promise<void> {
  const failure = row.error as Failure;
  const error = panel.locator('[data-state="error"]').first();
  await expect(error, row.panel).toHaveAttribute("data-kind", KIND[failure]);
  await expect(error, row.panel).toHaveAttribute("role", "alert");
  await expect(error, row.panel).toContainText(
    failure === "offline" ? "No connection to the server." : "Request 01-forced",
  );
  await expect(error.getByRole("button", { name: "Retry" }), row.panel).toHaveCount(
    HAS_RETRY.includes(failure) ? 1 : 0,
  );
}

/** The content stays, its figures dimmed, and says as of when it is. */
async function expectStale(
  forced: Forced,
  panel: (row: Row) => Locator,
  rows: readonly Row[],
  readAgain: () => Promise<void>,
): Promise<void> {
  const aging = rows.filter((row) => !isNever(row.stale));
  const before = new Map<Row, { head: string; lines: number }>();
  for (const row of aging) before.set(row, await contentOf(panel(row)));
  forced.let(refusing(aging, 429));
  await readAgain();
  for (const row of aging) {
    const stale = panel(row).locator('[data-state="stale"]').last();
    await expect(stale, row.panel).toContainText(/As of \d\d:\d\d:\d\d\./);
    await expect(stale.getByRole("button", { name: "Refresh now" }).last()).toBeVisible();
    const [now, then] = [await contentOf(panel(row)), before.get(row)];
    expect(now.head, row.panel).toBe(then?.head);
    expect(now.lines, row.panel).toBeGreaterThanOrEqual(then?.lines ?? 0);
    const figure = stale.locator(".num").first();
    if ((await figure.count()) > 0) await expect(figure).toHaveCSS("opacity", "0.6");
  }
  forced.let(() => undefined);
}

/** What a panel shows, without the words that the passing of time changes. */
async function contentOf(panel: Locator): Promise<{ head: string; lines: number }> {
  const content = panel.locator('[data-state="ready"], [data-state="stale"]').first();
  const [head = ""] = (await content.innerText()).split("\n");
  return { head, lines: await content.locator("tr, li, dd").count() };
}

/** What is missing, by name, where a read beside the main one fails; the rest is there. */
async function expectPartial(
  page: Page,
  forced: Forced,
  panel: (row: Row) => Locator,
  rows: readonly Row[],
  address: string,
): Promise<void> {
  const failing = rows.flatMap(({ partial }) => (isNever(partial) ? [] : [partial.request]));
  if (failing.length === 0) return;
  forced.let((name) =>
    failing.some((request) => request.test(name)) ? (route) => refuse(route, 429) : undefined,
  );
  await page.goto(address);
  for (const row of rows) {
    if (isNever(row.partial)) continue;
    const words = panel(row).locator('[data-state="partial"]').first();
    await expect(words, row.panel).toContainText("Not whole");
    await expect(words, row.panel).toContainText(row.partial.missing);
    await expect(panel(row).locator('[data-state="error"]'), row.panel).toHaveCount(0);
  }
}

/** Empty because new, then empty because filtered, whose one click clears the filters. */
async function expectEmpty(
  page: Page,
  forced: Forced,
  panel: (row: Row) => Locator,
  rows: readonly Row[],
): Promise<void> {
  const emptied = rows.filter((row) => !isNever(row.empty));
  if (emptied.length === 0) return;
  forced.let((name) => {
    const row = emptied.find((each) => each.request.test(name));
    if (!row || isNever(row.empty)) return undefined;
    const make = (row.empty.answer ?? NO_ITEMS) as (real: Answer) => unknown;
    return async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: make((await response.json()) as Answer) });
    };
  });
  await forced.readAgain();
  for (const row of emptied) {
    if (isNever(row.empty)) continue;
    const empty = panel(row).locator('[data-state="empty"]').first();
    await expect(empty, row.panel).toContainText(row.empty.words);
    const { action } = row.empty;
    if (action)
      await expect(
        empty.getByRole("button", { name: action }).or(empty.getByRole("link", { name: action })),
        row.panel,
      ).toBeVisible();
  }
  for (const row of emptied) {
    if (isNever(row.filtered)) continue;
    const { query } = row.filtered;
    const before = new URL(page.url());
    const join = before.search === "" ? "?" : "&";
    await forced.go(`${before.pathname}${before.search}${join}${query}`);
    const filtered = panel(row).locator('[data-state="filtered"]');
    for (const name of row.filtered.names) await expect(filtered, row.panel).toContainText(name);
    await filtered.getByRole("button", { name: /^Clear filters?$/ }).click();
    await expect(filtered, row.panel).toHaveCount(0);
    await expect(page, row.panel).not.toHaveURL((url) => url.search.includes(query));
    await expect(panel(row).locator('[data-state="empty"]').first(), row.panel).toBeVisible();
  }
}
