import { expect, test, type Page } from "@playwright/test";
import type { Caller } from "./api";
import { enter, setUp, until } from "./sample";
import { serve, type Served } from "./server";

/** dashboard.md, section 8: a map of 100,000 customers without a GPU. */
const POINTS = 100_000;
const PAYLOAD_BYTES = 600_000;
const FIRST_PAINT_MS = 150;
const DRAW_P95_MS = 6;
const FRAME_P95_MS = 20;
const LOADS = 3;
const SEGMENTS = 7;
const PAN_MS = 2_000;
/** A busy machine drops frames of an empty page too; then the map may be this much worse. */
const BUSY_FACTOR = 1.5;

let served: Served;
let caller: Caller;
test.beforeAll(async () => {
  served = await serve();
  caller = await setUp(served);
});
test.afterAll(() => served.stop());

interface Measured {
  /** When the first picture of the map was on the screen; 0 before. */
  painted: number;
  draws: number[];
  frames: number[];
}
type Bench = typeof globalThis & { measured: Measured };

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** Customers in seven clouds that overlap. */
function customersOf(count: number): string {
  let state = 11;
  const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const bell = () => next() + next() + next() + next() - 2;
  const lines = ["id,visits,spend,age"];
  for (let i = 0; i < count; ++i) {
    const cloud = i % SEGMENTS;
    const visits = 30 + 9 * Math.cos(cloud) + 4 * bell();
    const spend = 200 + 60 * Math.sin(cloud * 1.7) + 30 * bell();
    lines.push(`c${i},${visits.toFixed(3)},${spend.toFixed(2)},${(50 + 9 * bell()).toFixed(2)}`);
  }
  return lines.join("\n");
}

async function computeSegments() {
  const job = async ({ job: id }: { job: string }) => {
    const isOver = ({ state }: { state: string }) => state === "succeeded" || state === "failed";
    const { state } = await until(() => caller.get<{ state: string }>(`/jobs/${id}`), isOver);
    expect(state).toBe("succeeded");
  };
  await job(await caller.sendCsv("/customers/imports?kind=customers", customersOf(POINTS)));
  const started = await caller.post<{ run: string; job: string }>("/segmentation/runs", {
    clusters: SEGMENTS,
  });
  await job(started);
  return started.run;
}

const mapOf = (page: Page) => page.getByRole("group", { name: /^Map\. Arrows/ });

/** Loads the page anew: from the last byte of the map to its picture, in ms. */
async function load(page: Page, run: string) {
  const answered = page.waitForResponse(`**/segmentation/runs/${run}/map`);
  await page.goto(`${served.url}/segments`);
  const answer = await answered;
  await mapOf(page).scrollIntoViewIfNeeded();
  await expect
    .poll(() => page.evaluate(() => (globalThis as Bench).measured.painted))
    .toBeGreaterThan(0);
  const firstPaint = await page.evaluate((url) => {
    const [entry] = performance.getEntriesByName(url) as PerformanceResourceTiming[];
    return (globalThis as Bench).measured.painted - (entry?.responseEnd ?? Number.NaN);
  }, answer.url());
  return { firstPaint, payloadBytes: (await answer.request().sizes()).responseBodySize };
}

test("The map of 100,000 customers keeps its budget while it is dragged", async ({ page }) => {
  test.setTimeout(120_000);
  const run = await computeSegments();
  await enter(page, served);
  // A drawing is what a frame does that puts pixels; nothing in the product measures itself.
  await page.addInitScript(() => {
    const measured: Measured = { painted: 0, draws: [], frames: [] };
    (globalThis as Bench).measured = measured;
    let isDrawn = false;
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (...all: unknown[]) {
      isDrawn = true;
      Reflect.apply(put, this, all);
    };
    // A message comes after the frame in which it was sent is painted.
    const channel = new MessageChannel();
    channel.port1.addEventListener("message", () => (measured.painted ||= performance.now()));
    channel.port1.start();
    const request = globalThis.requestAnimationFrame.bind(globalThis);
    globalThis.requestAnimationFrame = (run) =>
      request((time) => {
        isDrawn = false;
        const begin = performance.now();
        run(time);
        if (!isDrawn) return;
        measured.draws.push(performance.now() - begin);
        if (measured.painted === 0) channel.port2.postMessage(0);
      });
  });
  const loads = [];
  for (let count = 0; count < LOADS; ++count) loads.push(await load(page, run));
  const { payloadBytes } = loads[0]!;
  // What else runs on the machine can only add to it.
  const firstPaint = Math.min(...loads.map((each) => each.firstPaint));
  const map = mapOf(page);
  const idle = await page.evaluate(async () => {
    const frames: number[] = [];
    let last = performance.now();
    for (let count = 0; count < 60; ++count) {
      const now = await new Promise<number>((done) => requestAnimationFrame(done));
      frames.push(now - last);
      last = now;
    }
    return frames;
  });
  const measured = await map.locator("canvas").evaluate(async (canvas, panMs) => {
    const { measured: kept } = globalThis as Bench;
    const box = canvas.getBoundingClientRect();
    const send = (type: string, x: number, y: number) =>
      canvas.dispatchEvent(
        new PointerEvent(type, { bubbles: true, button: 0, pointerId: 1, clientX: x, clientY: y }),
      );
    canvas.setPointerCapture = () => undefined;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    send("pointerdown", x, y);
    kept.draws = [];
    const begin = performance.now();
    let last = begin;
    await new Promise<void>((done) => {
      const step = (now: number) => {
        if (now > begin) kept.frames.push(now - last);
        last = now;
        if (now - begin > panMs) return done();
        const turn = (now - begin) / 300;
        send("pointermove", x + 80 * Math.sin(turn), y + 50 * Math.cos(turn));
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    });
    send("pointerup", x, y);
    return kept;
  }, PAN_MS);
  const figures = {
    draws: measured.draws.length,
    drawP50: quantile(measured.draws, 0.5),
    drawP95: quantile(measured.draws, 0.95),
    frameP95: quantile(measured.frames.slice(1), 0.95),
    idleFrameP95: quantile(idle.slice(1), 0.95),
    payloadBytes,
    firstPaint,
  };
  // oxlint-disable-next-line no-console
  console.info("map of 100,000:", JSON.stringify(figures));
  expect(figures.payloadBytes).toBe(32 + 5 * POINTS);
  expect(figures.payloadBytes).toBeLessThanOrEqual(PAYLOAD_BYTES);
  expect(figures.firstPaint).toBeLessThanOrEqual(FIRST_PAINT_MS);
  expect(figures.draws).toBeGreaterThan(PAN_MS / 40);
  expect(figures.drawP95).toBeLessThanOrEqual(DRAW_P95_MS);
  expect(figures.frameP95).toBeLessThanOrEqual(
    Math.max(FRAME_P95_MS, BUSY_FACTOR * figures.idleFrameP95),
  );
});
