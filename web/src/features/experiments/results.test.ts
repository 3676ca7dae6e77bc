import { describe, expect, it } from "vitest";
import { armIndex, hasColour, leadingRow, nameOfKey, rowVerdict } from "../../api/verdict";
import { whyNotShip } from "./Actions";
import { csvOf } from "./csv";
import { changeOf, draftOf, totalOf } from "./draft";
import { figuresOf, pValue } from "./figures";
import { dayOf, dayWords, gatesOf, sampleShare } from "./gates";
import { emptyMetrics, metricsOf } from "./metrics";
import { whyNotStart } from "./moves";
import { analysisWith, experimentWith, OPEN, resultOf, WINNING } from "./testAnalysis";
import { healthOf, splitSentence, titleOf } from "./words";

const NOW = new Date("2026-11-07T10:00:00Z");
const MISMATCH = {
  statistic: 99.5,
  degrees_of_freedom: 2,
  p_value: 1e-21,
  is_mismatch: true,
  sentence: "Mismatch.",
};
const HARM = resultOf({
  metric: "unsubscribe",
  arm: "urgent",
  sum: 19,
  mean: 0.0209,
  difference: 0.0155,
  adjusted_low: 0.0068,
  adjusted_high: 0.0243,
});

describe("the verdict of a row", () => {
  it.each([
    ["baseline", resultOf({}), {}],
    ["wins", WINNING, {}],
    ["none", OPEN, {}],
    ["worse", { ...OPEN, difference: -0.05, adjusted_high: -0.01 }, {}],
    ["better", { ...WINNING, metric: "ctr" }, {}],
    ["early", WINNING, { is_planned_sample_reached: false, winner: null, advice: "keep_going" }],
    ["distrusted", WINNING, { advice: "do_not_trust", winner: null }],
    ["harm", HARM, { is_planned_sample_reached: false, advice: "stop", winner: null }],
    ["no-harm", { ...HARM, adjusted_low: -0.001 }, {}],
    ["untested", { ...OPEN, adjusted_low: null }, {}],
  ] as const)("is %s", (verdict, row, change) => {
    expect(rowVerdict(analysisWith(change), row)).toBe(verdict);
  });
  it("gives colour only where the interval leaves zero out and the server stands by it", () => {
    const coloured = ["baseline", "wins", "better", "worse", "harm"] as const;
    for (const verdict of coloured) expect(hasColour(verdict)).toBe(true);
    for (const verdict of ["none", "early", "distrusted", "no-harm", "untested"] as const)
      expect(hasColour(verdict)).toBe(false);
  });
  it("takes the colours away with a broken split", () => {
    const analysis = analysisWith({ advice: "do_not_trust", winner: null, sample_ratio: MISMATCH });
    const rows = metricsOf(analysis).flatMap((group) => group.rows);
    expect(rows.filter((row) => !row.isGrey).map((row) => row.result.arm)).toEqual(["control"]);
  });
});

describe("metrics", () => {
  const guardrail = [resultOf({ metric: "unsubscribe", sum: 5, mean: 0.005 }), HARM];
  const empty = [resultOf({ metric: "revenue", kind: "mean", sum: 0, mean: 0 })];
  const analysis = analysisWith({ results: [...guardrail, ...empty, resultOf({}), WINNING, OPEN] });
  it("stand with the primary first, the guardrail last and what is empty named apart", () => {
    expect(metricsOf(analysis).map((group) => group.role)).toEqual(["primary", "guardrail"]);
    expect(emptyMetrics(analysis)).toEqual(["Revenue per person"]);
  });
  it("share one axis by unit, guardrails have their own", () => {
    const clicks = { ...WINNING, metric: "ctr", kind: "ratio" as const, adjusted_high: 0.3 };
    const groups = metricsOf(analysisWith({ results: [resultOf({}), WINNING, clicks, HARM] }));
    const [primary, second, last] = groups.map((group) => group.axis);
    expect(primary).toEqual(second);
    expect(last?.high).toBeLessThan(primary?.high ?? 0);
  });
  it("lead with the winner, else with the arm furthest above control", () => {
    expect(leadingRow(analysis)?.arm).toBe("friendly");
    const other = analysisWith({ winner: null, results: [resultOf({}), OPEN] });
    expect(leadingRow(other)?.arm).toBe("urgent");
    expect(leadingRow(analysisWith({ results: [resultOf({})] }))).toBeNull();
  });
});

describe("gates", () => {
  const gate = (id: string, analysis = analysisWith({}), experiment = experimentWith({})) =>
    gatesOf(experiment, analysis, NOW).find((each) => each.id === id);
  it("pass, fail or wait with their figure", () => {
    expect(gate("split")).toMatchObject({ state: "pass", figure: "χ² 0.33, 2 df, p 0.850" });
    expect(gate("split", analysisWith({ sample_ratio: MISMATCH }))?.state).toBe("fail");
    expect(gate("sample")).toMatchObject({
      state: "pass",
      figure: "1,000 in the smallest arm, 900 needed",
    });
    const early = analysisWith({ is_planned_sample_reached: false, planned_per_arm: 4_000 });
    expect(gate("sample", early)?.state).toBe("wait");
    expect(gate("days")).toMatchObject({ state: "wait", figure: "day 3 of 14" });
    expect(gate("words")?.state).toBe("pass");
  });
  it("fail a guardrail that rose, and name the arm", () => {
    const results = [...analysisWith({}).results, resultOf({ metric: "unsubscribe" }), HARM];
    expect(gate("guardrail-unsubscribe", analysisWith({ results }))).toMatchObject({
      state: "fail",
      figure: "Urgent +1.6 points, at most +2.4",
    });
  });
  it("fail when people saw two arms", () => {
    const ignored = { "event of a unit seen in two arms": 40 };
    expect(gate("once", analysisWith({ advice: "do_not_trust", ignored }))).toMatchObject({
      state: "fail",
      figure: "40 events left out",
    });
    expect(gate("once", analysisWith({ ignored }))?.state).toBe("pass");
  });
  it("count days from the start to the stop", () => {
    expect(dayOf(experimentWith({ started_at: null }), NOW).day).toBe(0);
    const stopped = experimentWith({ stopped_at: "2026-11-05T10:00:00Z" });
    expect(dayOf(stopped, NOW)).toEqual({ day: 1, of: 14 });
    expect(dayWords({ day: 20, of: 14 })).toBe("day 20, 14 planned");
    expect(sampleShare(analysisWith({ planned_per_arm: 4_000 }))).toBe(0.25);
    expect(sampleShare(analysisWith({ planned_per_arm: 0 }))).toBeNull();
  });
});

describe("words and figures", () => {
  it("have the sign, the digits and the minus of the house", () => {
    const figures = figuresOf([resultOf({}), WINNING]);
    expect(figures.value(0.15)).toBe("15.0\u202f%");
    expect(figures.difference(-0.014)).toBe("\u22121.4");
    expect(figures.tick(-0.05)).toBe("\u22125");
    expect(figuresOf([resultOf({ mean: 0.0054 })]).value(0.0054)).toBe("0.54\u202f%");
    expect(figuresOf([resultOf({ kind: "mean", mean: 9.1 })]).difference(0.5)).toBe("+0.50");
    expect(pValue(1e-9)).toBe("< 0.001");
    expect(pValue(0.8942)).toBe("0.894");
  });
  it("name arms and experiments", () => {
    expect(nameOfKey("social_proof")).toBe("Social proof");
    expect(armIndex(["a", "control", "b"], "control", "control")).toBe(0);
    expect(armIndex(["a", "control", "b"], "control", "b")).toBe(2);
    expect(titleOf(experimentWith({ description: "" }))).toBe("Win back s0");
    expect(titleOf(experimentWith({}))).toBe("Average spenders");
  });
  it("split a verdict without losing a word", () => {
    const text = "Ship 'b': 15.9 % instead of 8.9 %, a lift of 79.2 % (95 % interval: 2 to 11).";
    expect(splitSentence(text)[0]).toBe("Ship 'b': 15.9 % instead of 8.9 %, a lift of 79.2 %");
    expect(splitSentence(text).join(" ")).toBe(text);
    expect(splitSentence("Keep going: 0 of 5. Naming one is early.")[1]).toBe(
      "Naming one is early.",
    );
  });
  it("say the health apart from the verdict", () => {
    expect(healthOf(analysisWith({})).word).toBe("Sound");
    expect(healthOf(analysisWith({ sample_ratio: MISMATCH })).word).toBe("Split broken");
    expect(healthOf(analysisWith({ results: [HARM] })).word).toBe("Guardrail broken");
  });
  it("give every figure in the file as the server gave it", () => {
    const [head, , line] = csvOf(analysisWith({})).split("\r\n");
    expect(head?.startsWith("metric,kind,arm,units,sum,mean")).toBe(true);
    expect(line).toBe(
      "conversion,proportion,friendly,1000,150,0.15,0.07,0.11,0.06,0.023,0.098,,,0.0002,,Wins",
    );
  });
});

describe("what may be done", () => {
  it("is refused with its reason", () => {
    const analysis = analysisWith({});
    expect(whyNotShip(experimentWith({}), analysis)).toBe("Stop it first");
    expect(whyNotShip(experimentWith({ allowed: ["ship"] }), analysis)).toBeUndefined();
    const broken = analysisWith({ sample_ratio: MISMATCH });
    expect(whyNotShip(experimentWith({ allowed: ["ship"] }), broken)).toBe("The split is broken");
    const arms = experimentWith({}).arms.map((arm) => ({ ...arm, is_approved: false }));
    expect(whyNotStart(experimentWith({ arms }))).toBe("3 messages still to be approved");
    expect(whyNotStart(experimentWith({}))).toBeUndefined();
  });
  it("sends only what changed, and no weights that do not add up", () => {
    const experiment = experimentWith({});
    const draft = draftOf(experiment);
    expect(changeOf(experiment, draft)).toEqual({ change: null, error: undefined });
    expect(changeOf(experiment, { ...draft, coverage: "50" }).change).toEqual({ coverage: 0.5 });
    expect(changeOf(experiment, { ...draft, coverage: "0" }).error).toBeDefined();
    expect(totalOf({ ...draft, weights: ["60", "30", "20"] })).toBe(110);
    expect(changeOf(experiment, { ...draft, weights: ["60", "30", "20"] }).error).toBeDefined();
    expect(changeOf(experiment, { ...draft, weights: ["50", "30", "20"] }).change).toEqual({
      weights: [0.5, 0.3, 0.2],
    });
    expect(changeOf(experiment, { ...draft, weights: ["50", "30", "x"] }).error).toBeDefined();
  });
});
