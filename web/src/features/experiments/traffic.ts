import type { Experiment, ExperimentTraffic } from "../../api/client";
import { count, counted, LOCALE, type LineSeries } from "../../kit";
import { armsOf } from "./arms";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const DAY_PARTS = { day: "numeric", month: "short" } as const;
const CLOCK_PARTS = { hour: "2-digit", minute: "2-digit" } as const;

/** Buckets are those of UTC, so their names are too. */
function inUtc(at: string, parts: Intl.DateTimeFormatOptions): string {
  return new Date(at).toLocaleString(LOCALE, { ...parts, timeZone: "UTC" });
}

const firstArm = (traffic: ExperimentTraffic) => traffic.arms[0]?.buckets ?? [];

/** People counted in all arms. */
export function peopleOf(traffic: ExperimentTraffic): number {
  return traffic.arms.reduce((sum, arm) => sum + arm.units, 0);
}

/** "by minute", "by hour", "by day", "by 2 days". */
export function widthOf(traffic: ExperimentTraffic): string {
  const seconds = traffic.bucket_seconds ?? 0;
  if (seconds < HOUR) return "by minute";
  if (seconds < DAY) return "by hour";
  return seconds === DAY ? "by day" : `by ${counted(seconds / DAY, "day")}`;
}

/** Each bucket as the axis names it, and in full. */
export function pointsOf(traffic: ExperimentTraffic): { tick: string; name: string }[] {
  const starts = firstArm(traffic).map((bucket) => bucket.start);
  const years = new Set(starts.map((start) => start.slice(0, 4)));
  const day = years.size > 1 ? ({ ...DAY_PARTS, year: "numeric" } as const) : DAY_PARTS;
  const seconds = traffic.bucket_seconds ?? 0;
  return starts.map((start) => {
    const name = inUtc(start, { ...DAY_PARTS, year: "numeric" });
    const clock = inUtc(start, CLOCK_PARTS);
    if (seconds >= DAY) return { tick: inUtc(start, day), name };
    const tick = seconds < HOUR ? clock : `${inUtc(start, day)}, ${clock}`;
    return { tick, name: `${name}, ${clock}` };
  });
}

/** Of each arm, how many people had come by the end of each bucket. */
export function seriesOf(experiment: Experiment, traffic: ExperimentTraffic): LineSeries[] {
  const arms = armsOf(experiment);
  return traffic.arms.map(({ arm, buckets }) => ({
    name: arms.name(arm),
    index: arms.index(arm),
    values: buckets.map((bucket) => bucket.cumulative_units),
  }));
}

/** "Control 1,204 and Urgent 1,198 people since 3 May 2026". */
export function findingOf(experiment: Experiment, traffic: ExperimentTraffic): string {
  const { name } = armsOf(experiment);
  const counts = traffic.arms.map((arm) => `${name(arm.arm)} ${count(arm.units)}`);
  const list = new Intl.ListFormat(LOCALE).format(counts);
  const points = pointsOf(traffic);
  const from = points[0]?.name ?? "";
  if (!experiment.stopped_at) return `${list} people since ${from}`;
  return `${list} people from ${from} to ${points.at(-1)?.name ?? ""}`;
}

/** Every bucket as the server gave it, one line per arm and bucket. */
export function trafficCsv(traffic: ExperimentTraffic): string {
  const lines = traffic.arms.flatMap(({ arm, buckets }) =>
    buckets.map((bucket) => [arm, bucket.start, bucket.units, bucket.cumulative_units].join(",")),
  );
  return ["arm,start,units,cumulative_units", ...lines, ""].join("\r\n");
}
