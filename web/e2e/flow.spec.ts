import { expect, test, type Browser, type Page } from "@playwright/test";
import { Caller, type ExperimentSeen, type ResultsSeen } from "./api";
import { signedIn, watch } from "./checks";
import { KEYS, MOUSE, type Hand } from "./hands";
import { serve, type Served } from "./server";
import { simulate } from "./simulate";

const ADMIN = { name: "Ada", email: "ada@example.org", password: "correct horse battery" };
const REVIEWER = { name: "Grace", email: "grace@example.org", password: "another long password" };
const GOAL = "win back customers who have gone quiet";
const PEOPLE = 1_400;
const SIMULATED = "Average spenders, outcomes simulated for a test";

for (const [how, hand, prefix] of [
  ["the mouse", MOUSE, ""],
  ["keys alone, below a path", KEYS, "/shop/cpo"],
] as const)
  test(`From an empty server to a shipped message, with ${how}`, async ({ browser, page }) => {
    test.setTimeout(240_000);
    const served = await serve(prefix);
    try {
      await story(hand, served, browser, page);
    } finally {
      await served.stop();
    }
  });

/** The whole way on one server that knows nothing yet. */
async function story(hand: Hand, served: Served, browser: Browser, page: Page) {
  const faults = await watch(page);
  await setUp(hand, served, page);
  const caller = await Caller.signIn(served.url, ADMIN.email, ADMIN.password);
  await inviteReviewer(caller);
  // Before the sign-in the session is asked for, which answers 401: a line of the browser.
  faults.length = 0;

  const reviewers = await signedIn(browser, served.url, REVIEWER);
  const reviewer = await reviewers.newPage();
  const reviewerFaults = await watch(reviewer);

  await runCampaign(hand, page);
  const experiment = await firstExperiment(caller);
  await page.goto(`${served.url}/experiments`);
  await hand.press(page.getByRole("link", { name: experiment.description }));
  const waits = page.locator(".page-head .why");
  await expect(waits).toHaveText("4 messages still to be approved");

  for (const arm of experiment.arms) await approve(hand, served, reviewer, arm.variant);

  // The other person's approvals arrive by themselves.
  const start = page.getByRole("button", { name: "Start", exact: true });
  await expect(waits).toBeHidden();
  await hand.press(start);
  await decide(hand, page, "Start", "Agreed on Monday");
  await expect(tag(page, "Running")).toBeVisible();
  await sayThatItIsSimulated(hand, page);

  const [control = "", best = ""] = experiment.arms.map((arm) => arm.key);
  const rates = Object.fromEntries(experiment.arms.map(({ key }) => [key, 0.11]));
  await simulate(caller, experiment.id, {
    people: PEOPLE,
    rates: { ...rates, [control]: 0.1, [best]: 0.24 },
  });
  const results = await caller.get<ResultsSeen>(`/experiments/${experiment.id}/results`);
  expect(results.analysis).toMatchObject({ advice: "ship", winner: best });
  await expectVerdict(page, results);

  await hand.press(page.getByRole("button", { name: "Stop", exact: true }));
  await decide(hand, page, "Stop", "The planned sample is reached");
  await expect(tag(page, "Stopped")).toBeVisible();

  await ship(hand, served, reviewer, experiment.id);
  await expect(tag(page, "Shipped")).toBeVisible();
  const { items } = await caller.post<{ items: { arm: string; reason: string }[] }>(
    `/experiments/${experiment.id}/assignments`,
    { units: ["anybody", "somebody else"] },
  );
  expect(items.map(({ arm, reason }) => [arm, reason])).toEqual([
    [best, "shipped"],
    [best, "shipped"],
  ]);
  expect([...faults, ...reviewerFaults]).toEqual([]);
  await reviewers.close();
}

async function setUp(hand: Hand, served: Served, page: Page) {
  await page.goto(served.url);
  await expect(page.getByRole("heading", { level: 1, name: "Set up" })).toBeVisible();
  await hand.fill(page.getByLabel("Set-up token"), served.setupToken);
  await hand.fill(page.getByLabel("Workspace"), "Gift shop");
  await hand.fill(page.getByLabel("Your name"), ADMIN.name);
  await hand.fill(page.getByLabel("Email"), ADMIN.email);
  await hand.fill(page.getByLabel("Password", { exact: true }), ADMIN.password);
  await hand.press(page.getByRole("button", { name: "Create workspace" }));
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
}

/** There is no screen for people yet. */
async function inviteReviewer(caller: Caller) {
  await caller.post("/users", { ...REVIEWER, role: "reviewer" });
}

/** The composer: sample data, its content approved, a goal, and the run watched to its end. */
async function runCampaign(hand: Hand, page: Page) {
  await hand.press(page.getByRole("link", { name: "New campaign" }));
  await hand.choose(page, "Which customers", "Sample data");
  await hand.press(page.getByRole("button", { name: "Load the sample" }));
  const next = (step: string) => page.getByRole("button", { name: `Next: ${step}` });
  await expect(next("content")).not.toHaveAttribute("aria-disabled", "true", { timeout: 30_000 });
  await hand.press(next("content"));
  await hand.press(page.getByRole("button", { name: /^Approve/ }));
  await expect(next("goal")).not.toHaveAttribute("aria-disabled", "true");
  await hand.press(next("goal"));
  await hand.fill(page.getByRole("textbox", { name: "Name", exact: true }), "Win back");
  await hand.fill(page.getByRole("textbox", { name: "Goal", exact: true }), GOAL);
  await hand.fill(page.getByLabel("Orders without a new message, %"), "10");
  await hand.fill(page.getByLabel("Smallest gain worth finding, %"), "100");
  await hand.press(next("review"));
  await hand.press(page.getByRole("button", { name: "Run campaign" }));
  await expect(page.getByRole("heading", { level: 1, name: "Win back" })).toBeVisible();
  // Nothing is loaded again: the stream brings it.
  await expect(tag(page, "Done")).toBeVisible({ timeout: 60_000 });
}

interface Draft extends ExperimentSeen {
  description: string;
  segment: number;
}

async function firstExperiment(caller: Caller): Promise<Draft> {
  const { items } = await caller.get<{ items: Draft[] }>("/experiments?state=draft");
  const first = items.find((each) => each.segment === 0 && each.arms.length === 4) ?? items[0];
  if (!first) throw new Error("the run drafted no experiment");
  return first;
}

/** A second person reads a variant and approves exactly these words. */
async function approve(hand: Hand, served: Served, page: Page, variant: string) {
  await page.goto(`${served.url}/variants?item=${variant}`);
  await hand.press(page.getByRole("button", { name: /^Approve/ }));
  const dialog = page.getByRole("dialog", { name: "Approve this text?" });
  await hand.press(dialog.getByRole("button", { name: "Approve", exact: true }));
  await expect(dialog).toBeHidden();
  await expect(page.locator(".tag", { hasText: "Approved" }).first()).toBeVisible();
}

/** Answers the dialog of a move with a reason. */
async function decide(hand: Hand, page: Page, verb: string, reason: string) {
  const dialog = page.getByRole("dialog", { name: `${verb} this experiment?` });
  await hand.fill(dialog.getByLabel("Reason"), reason);
  await hand.press(dialog.getByRole("button", { name: verb, exact: true }));
  await expect(dialog).toBeHidden();
}

async function sayThatItIsSimulated(hand: Hand, page: Page) {
  await hand.press(page.getByRole("button", { name: "Edit", exact: true }));
  const dialog = page.getByRole("dialog", { name: "Edit the experiment" });
  await hand.fill(dialog.getByLabel("Description"), SIMULATED);
  await hand.press(dialog.getByRole("button", { name: "Save", exact: true }));
  await expect(page.getByRole("heading", { level: 1, name: SIMULATED })).toBeVisible();
}

/** What stands on the screen is what the API says, to the shown digits. */
async function expectVerdict(page: Page, { analysis }: ResultsSeen) {
  const verdict = page.getByRole("region", { name: "Verdict" });
  for (const part of analysis.sentence.split(" ("))
    await expect(verdict).toContainText(part, { timeout: 20_000 });
  const rows = analysis.results.filter((row) => row.metric === analysis.primary_metric);
  for (const row of rows) {
    const line = page.locator(`[data-metric="${row.metric}"] [data-arm="${row.arm}"]`);
    await expect(line).toContainText(`${((row.mean ?? 0) * 100).toFixed(1)}\u202f%`);
    await expect(line).toContainText(`${row.sum} of ${row.units}`);
    if (row.difference === null) continue;
    const bounds = [row.adjusted_low, row.adjusted_high].map((value) => signed(value ?? 0));
    await expect(line).toContainText(signed(row.difference));
    await expect(line).toContainText(bounds.join(" to "));
    const bar = line.getByRole("img");
    await expect(bar).toHaveAttribute(
      "aria-label",
      new RegExp(`${escaped(signed(row.difference))}.*${escaped(bounds.join(" to "))}`),
    );
    await expect(bar).toHaveClass(row.arm === analysis.winner ? /\ba1\b/ : /grey/);
  }
}

function signed(difference: number): string {
  const text = (Math.abs(difference) * 100).toFixed(1);
  return Number(text) === 0 ? text : `${difference < 0 ? "\u2212" : "+"}${text}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[+.]/g, String.raw`\$&`);
}

async function ship(hand: Hand, served: Served, page: Page, id: string) {
  await page.goto(`${served.url}/experiments/${id}`);
  await hand.press(page.getByRole("button", { name: /^Ship/ }));
  const dialog = page.getByRole("dialog", { name: "Ship an arm" });
  await expect(dialog.getByText("The results advise this arm")).toBeVisible();
  await hand.fill(dialog.getByLabel("Note"), "Reads better, and people ordered more");
  await hand.press(dialog.getByRole("button", { name: /^Ship/ }));
  await expect(dialog).toBeHidden();
  await expect(tag(page, "Shipped")).toBeVisible();
}

function tag(page: Page, word: string) {
  return page.locator(".page-head .tag", { hasText: word });
}
