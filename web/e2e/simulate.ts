import type { Caller, ExperimentSeen, ResultsSeen } from "./api";

const UNITS_MAX = 1_000;
const EVENTS_MAX = 5_000;

/** How simulated people behave: the share of each arm that converts, in exact proportion. */
export interface Behaviour {
  people: number;
  rates: Record<string, number>;
  /** Share of the people of an arm whose events are lost, as a broken tracker does. */
  lost?: Record<string, number>;
  unsubscribe?: number;
  /** They come one after the other over so many hours from the start; all at once when missing. */
  hours?: number;
}

interface Event {
  id: string;
  kind: "exposure" | "outcome";
  unit: string;
  time: string;
  arm?: string;
  metric?: string;
}

/** Asks for the arm of everybody, as a shop does before it sends, and sends what they did. */
export async function simulate(caller: Caller, id: string, behaviour: Behaviour): Promise<void> {
  const experiment = await caller.get<ExperimentSeen>(`/experiments/${id}`);
  const start = Date.parse(experiment.started_at ?? "");
  const timeOf = (at: number) => {
    const ms = start + ((behaviour.hours ?? 0) * 3_600_000 * at) / behaviour.people;
    return `${new Date(ms).toISOString().slice(0, 19)}Z`;
  };
  const assigned = new Map<string, number>();
  const seen = new Map<string, number>();
  const events: Event[] = [];
  for (let first = 0; first < behaviour.people; first += UNITS_MAX) {
    const size = Math.min(UNITS_MAX, behaviour.people - first);
    const units = Array.from({ length: size }, (_, index) => `simulated-${first + index}`);
    const { items } = await caller.post<{ items: { unit: string; arm: string | null }[] }>(
      `/experiments/${id}/assignments`,
      { units },
    );
    for (const [place, { unit, arm }] of items.entries()) {
      if (arm === null) continue;
      const time = timeOf(first + place);
      const asked = assigned.get(arm) ?? 0;
      assigned.set(arm, asked + 1);
      if (falls(asked, behaviour.lost?.[arm] ?? 0)) continue;
      const at = seen.get(arm) ?? 0;
      seen.set(arm, at + 1);
      events.push({ id: `seen-${unit}`, kind: "exposure", unit, arm, time });
      const outcome = (metric: string) =>
        events.push({ id: `${metric}-${unit}`, kind: "outcome", unit, metric, time });
      if (falls(at, behaviour.rates[arm] ?? 0)) outcome("conversion");
      if (falls(at + 3, 2 * (behaviour.rates[arm] ?? 0))) outcome("click");
      if (falls(at + 1, behaviour.unsubscribe ?? 0)) outcome("unsubscribe");
    }
  }
  for (let first = 0; first < events.length; first += EVENTS_MAX)
    await caller.post(`/experiments/${id}/events`, {
      events: events.slice(first, first + EVENTS_MAX),
    });
}

/** Every so many-th of a row, so that a share comes out exactly and the same every time. */
function falls(at: number, share: number): boolean {
  return Math.floor((at + 1) * share) > Math.floor(at * share);
}

const PLAN = { baseline: 0.09, minimum_lift: 0.7, units_per_day: 500, attribution_days: 7 };

export interface Seeded {
  id: string;
  results: ResultsSeen;
}

export type SeedName = "collecting" | "winner" | "flat" | "split";

const SEEDS: Record<SeedName, { words: string; plan?: object; behaviour: Behaviour }> = {
  collecting: {
    words: "Reminder tone, still collecting (simulated)",
    plan: { ...PLAN, minimum_lift: 0.4 },
    behaviour: { people: 1_600, rates: rates(0.09, 0.13, 0.1, 0.11), unsubscribe: 0.01 },
  },
  winner: {
    words: "Reminder tone with a winner (simulated)",
    behaviour: {
      people: 2_700,
      rates: rates(0.09, 0.16, 0.1, 0.115),
      unsubscribe: 0.01,
      hours: 60,
    },
  },
  flat: {
    words: "Reminder tone without a difference (simulated)",
    behaviour: { people: 2_700, rates: rates(0.09, 0.1, 0.094, 0.085), unsubscribe: 0.01 },
  },
  split: {
    words: "Reminder tone with a broken split (simulated)",
    behaviour: {
      people: 2_700,
      rates: rates(0.09, 0.16, 0.1, 0.115),
      lost: { second: 0.4 },
      unsubscribe: 0.01,
    },
  },
};

/** Rates by place: control first, then the arms in their order. */
function rates(...values: number[]): Record<string, number> {
  return Object.fromEntries(
    ["control", "first", "second", "third"].map((key, i) => [key, values[i] ?? 0]),
  );
}

/**
 * Drafts an experiment over the approved arms of another one, starts it and fills it with simulated
 * people, one for each picture that the results can give.
 */
export async function seed(caller: Caller, name: SeedName): Promise<Seeded> {
  const { words, plan = PLAN, behaviour } = SEEDS[name];
  const { items } = await caller.get<{ items: ExperimentSeen[] }>("/experiments?state=running");
  const source = items.at(-1);
  if (!source) throw new Error("no experiment runs from which arms could be taken");
  const keys = source.arms.map((arm) => arm.key);
  const named = (byPlace: Record<string, number> = {}) =>
    Object.fromEntries(
      ["control", "first", "second", "third"].map((place, i) => [
        keys[i] ?? place,
        byPlace[place] ?? 0,
      ]),
    );
  const drafted = await caller.post<ExperimentSeen>("/experiments", {
    key: `simulated-${name}`,
    description: words,
    control: keys[0],
    arms: source.arms.map(({ key, variant }) => ({ key, variant })),
    plan,
  });
  await caller.post(`/experiments/${drafted.id}/start`, { reason: "Agreed before the start" });
  await simulate(caller, drafted.id, {
    ...behaviour,
    rates: named(behaviour.rates),
    lost: named(behaviour.lost),
  });
  const results = await caller.get<ResultsSeen>(`/experiments/${drafted.id}/results`);
  return { id: drafted.id, results };
}
