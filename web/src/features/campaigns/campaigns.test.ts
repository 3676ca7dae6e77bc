import { renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CampaignRun, Job } from "../../api/client";
import { changed, contentOf, faultsOf, keepDraft, loadDraft, newDraft } from "./draft";
import { runSentence, stagesOf } from "./stages";
import { ANNOUNCE_MS, useAnnounced } from "./useAnnounced";

const NOW = new Date("2026-11-19T06:00:30Z");

function runOf(
  state: CampaignRun["state"],
  states: readonly CampaignRun["stages"][number]["state"][],
): CampaignRun {
  const names = ["segments", "variants", "experiments"] as const;
  return {
    id: "r",
    campaign: "c",
    job: "j",
    state,
    content: { name: "Win back", goal: "win back" },
    stages: states.map((each, index) => ({
      stage: names[index] ?? "segments",
      state: each,
      elapsed_ms: each === "done" ? 2_000 : null,
      finished_at: each === "done" ? "2026-11-19T06:00:20Z" : null,
    })),
    segmentation_run: null,
    generation_run: null,
    experiments: [],
    skipped: [],
    created_at: "2026-11-19T06:00:00Z",
  };
}
function jobOf(stage: string, done: number, total: number): Job {
  return {
    id: "j",
    kind: "campaign",
    subject_type: "campaign_run",
    subject: "r",
    state: "running",
    progress: { stage, done, total },
    attempts: 1,
    attempts_max: 5,
    is_cancel_requested: false,
    created_at: "2026-11-19T06:00:00Z",
    started_at: "2026-11-19T06:00:10Z",
    finished_at: null,
  };
}

describe("The rail of a run", () => {
  it("counts the step at work, and how long its stage takes", () => {
    const run = runOf("running", ["done", "running", "waiting"]);
    const rail = stagesOf(run, jobOf("verdicts", 9, 28), { segments: 7 }, NOW);
    expect(rail.map((stage) => stage.state)).toEqual(["done", "running", "waiting"]);
    expect(rail[0]).toMatchObject({ done: 7, unit: "segments", facts: [["Took", "2.0 s"]] });
    expect(rail[1]).toMatchObject({ done: 9, total: 28, unit: "messages screened" });
    expect(rail[1]?.facts).toEqual([["Elapsed", "10 s"]]);
  });

  it("takes the job's count of stages for no figure of the stage", () => {
    const run = runOf("running", ["done", "running", "waiting"]);
    expect(stagesOf(run, jobOf("variants", 1, 3), {}, NOW)[1]).toMatchObject({ done: 0, total: 0 });
  });

  it("shows where a run broke off: the stage, not those after it", () => {
    const states = (state: CampaignRun["state"]) =>
      stagesOf(runOf(state, ["done", "running", "waiting"]), undefined, {}, NOW).map(
        (s) => s.state,
      );
    expect(states("failed")).toEqual(["done", "failed", "waiting"]);
    expect(states("cancelled")).toEqual(["done", "cancelled", "waiting"]);
  });

  it("is said in one sentence", () => {
    const run = runOf("running", ["done", "running", "waiting"]);
    expect(runSentence(run, jobOf("verdicts", 9, 28))).toBe(
      "Write and screen, stage 2 of 3, 9 of 28 messages screened.",
    );
    expect(runSentence(runOf("succeeded", ["done", "done", "done"]), undefined)).toContain(
      "0 experiments",
    );
  });
});

describe("The draft of a campaign", () => {
  const filled = { ...newDraft(), name: " Advent ", goal: "bring them back" };

  it("names what is wrong at its field", () => {
    expect(Object.keys(faultsOf(newDraft()))).toEqual(["name", "goal"]);
    expect(faultsOf(filled)).toEqual({});
    expect(Object.keys(faultsOf({ ...filled, variants: "9", baseline: "", lift: "x" }))).toEqual([
      "variants",
      "baseline",
      "lift",
    ]);
    expect(faultsOf({ ...filled, perDay: "1.5" }).perDay).toContain("whole");
  });

  it("sends shares as parts of one", () => {
    expect(contentOf({ ...filled, baseline: "3,5" })).toMatchObject({
      name: "Advent",
      variants: 3,
      plan: { baseline: 0.035, minimum_lift: 0.2, units_per_day: 500, attribution_days: 7 },
    });
  });

  it("keeps the key while the words stay, and only then", () => {
    const tried = { ...filled, campaign: "c" };
    expect(changed(tried, { source: "sample" })).toMatchObject({ key: filled.key, campaign: "c" });
    const other = changed(tried, { goal: "something else" });
    expect(other.campaign).toBeNull();
    expect(other.key).not.toBe(filled.key);
  });

  it("survives a reload", () => {
    keepDraft(filled);
    expect(loadDraft()).toEqual(filled);
    sessionStorage.setItem("cpo-new-campaign", "{broken");
    expect(loadDraft().name).toBe("");
    keepDraft(null);
  });
});

describe("Announcements", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    document.body.innerHTML = '<div id="announcer"></div>';
  });
  afterEach(() => vi.useRealTimers());

  it("come at most every ten seconds, the newest last", () => {
    const said = () => document.getElementById("announcer")?.textContent;
    const { rerender } = renderHook(({ text }) => useAnnounced(text), {
      initialProps: { text: "one" },
    });
    expect(said()).toBe("one");
    rerender({ text: "two" });
    rerender({ text: "three" });
    vi.advanceTimersByTime(ANNOUNCE_MS - 1);
    expect(said()).toBe("one");
    vi.advanceTimersByTime(1);
    expect(said()).toBe("three");
  });
});
