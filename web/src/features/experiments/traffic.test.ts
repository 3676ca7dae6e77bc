import { expect, test } from "vitest";
import type { Experiment, ExperimentTraffic } from "../../api/client";
import { findingOf, pointsOf, seriesOf, trafficCsv, widthOf } from "./traffic";

const experiment = {
  control: "control",
  arms: [{ key: "control" }, { key: "urgent" }],
  stopped_at: null,
} as Experiment;

/** Two arms, whose people came in buckets of `seconds` from `start` on. */
function traffic(seconds: number, start: string, control: number[], urgent: number[]) {
  const arm = (key: string, units: number[]) => ({
    arm: key,
    planned_share: 0.5,
    units: units.reduce((sum, each) => sum + each, 0),
    buckets: units.map((each, at) => ({
      start: new Date(Date.parse(start) + at * seconds * 1_000).toISOString(),
      units: each,
      cumulative_units: units.slice(0, at + 1).reduce((sum, one) => sum + one, 0),
    })),
  });
  return {
    experiment: "e",
    state: "running",
    bucket_seconds: seconds,
    arms: [arm("control", control), arm("urgent", urgent)],
  } as ExperimentTraffic;
}

const DAYS = traffic(86_400, "2026-05-03T00:00:00Z", [1_000, 0, 204], [999, 199, 0]);

test("The finding names every arm with its people and since when", () => {
  expect(findingOf(experiment, DAYS)).toBe(
    "Control 1,204 and Urgent 1,198 people since 3 May 2026",
  );
  expect(findingOf({ ...experiment, stopped_at: "2026-05-05T12:00:00Z" }, DAYS)).toBe(
    "Control 1,204 and Urgent 1,198 people from 3 May 2026 to 5 May 2026",
  );
});

test("What is drawn is cumulative, and control has the first mark", () => {
  expect(seriesOf(experiment, DAYS)).toEqual([
    { name: "Control", index: 0, values: [1_000, 1_000, 1_204] },
    { name: "Urgent", index: 1, values: [999, 1_198, 1_198] },
  ]);
});

test("Buckets are named in UTC, as short as they stay clear", () => {
  expect(pointsOf(DAYS).map((point) => point.tick)).toEqual(["3 May", "4 May", "5 May"]);
  const hours = traffic(3_600, "2026-05-03T23:00:00Z", [1, 1], [1, 1]);
  expect(pointsOf(hours)[1]).toEqual({ tick: "4 May, 00:00", name: "4 May 2026, 00:00" });
  const minutes = traffic(60, "2026-05-03T23:59:00Z", [1, 1], [1, 1]);
  expect(pointsOf(minutes)[1]).toEqual({ tick: "00:00", name: "4 May 2026, 00:00" });
  const years = traffic(86_400, "2026-12-31T00:00:00Z", [1, 1], [1, 1]);
  expect(pointsOf(years)[1]?.tick).toBe("1 Jan 2027");
  expect([hours, minutes, DAYS].map(widthOf)).toEqual(["by hour", "by minute", "by day"]);
  expect(widthOf(traffic(2 * 86_400, "2026-05-03T00:00:00Z", [1], [1]))).toBe("by 2 days");
});

test("The file holds every bucket of every arm", () => {
  const lines = trafficCsv(DAYS).split("\r\n");
  expect(lines).toHaveLength(1 + 6 + 1);
  expect(lines[3]).toBe("control,2026-05-05T00:00:00.000Z,204,1204");
});
