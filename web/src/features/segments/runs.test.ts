import { describe, expect, it } from "vitest";
import type { Segment, SegmentationRun } from "../../api/client";
import { NO_SEGMENT } from "./mapBytes";
import {
  clarity,
  densityOf,
  findingOf,
  groupOf,
  groupsOf,
  methodWords,
  mixtureOf,
  modelUrl,
  pendingRun,
  pointsOf,
  candidatesOf,
  columnsOf,
  qualityOf,
  scalingOf,
  stabilityWords,
  shownRun,
} from "./runs";

const runOf = (id: string, state: SegmentationRun["state"]): SegmentationRun => ({
  id,
  job: `job-${id}`,
  state,
  options: {},
  customers: 10,
  created_at: "2026-11-19T06:00:00Z",
  result: null,
});
const segmentOf = (segment: number, size: number): Segment => ({
  segment,
  name: `Segment ${segment}`,
  size,
  share: size / 100,
  silhouette: 0.4,
  drivers: [],
  representatives: [],
});

describe("The shown run", () => {
  const runs = [runOf("c", "running"), runOf("b", "succeeded"), runOf("a", "succeeded")];
  it("is the newest that is done, or the one of the address", () => {
    expect(shownRun(runs, null)?.id).toBe("b");
    expect(shownRun(runs, "a")?.id).toBe("a");
    expect(shownRun(runs, "gone")?.id).toBe("b");
    expect(shownRun([], null)).toBeNull();
  });
  it("has the one at work beside it, and none once that is done", () => {
    expect(pendingRun(runs, runs[1] ?? null)?.id).toBe("c");
    expect(pendingRun(runs.slice(1), runs[1] ?? null)).toBeNull();
    expect(pendingRun([runOf("x", "failed")], null)?.id).toBe("x");
  });
});

describe("The groups of the map", () => {
  it("have a mark each up to seven segments, the circle last", () => {
    const groups = groupsOf(Array.from({ length: 7 }, (_, i) => segmentOf(i, 20 - i)));
    expect(groups.map((group) => group.mark)).toEqual([1, 2, 3, 4, 5, 6, 0]);
  });
  it("are seven at most: small segments stand together, in points and legend alike", () => {
    const segments = Array.from({ length: 10 }, (_, i) => segmentOf(i, 20 - i));
    const groups = groupsOf(segments);
    expect(groups).toHaveLength(7);
    expect(groups[6]).toEqual({ name: "4 smaller segments", mark: 0, count: 14 + 13 + 12 + 11 });
    const points = {
      x: Float32Array.of(1, 2),
      y: Float32Array.of(3, 4),
      group: Uint8Array.of(2, 9),
    };
    expect([...pointsOf(points, 10).group]).toEqual([2, 6]);
    expect([...pointsOf({ ...points, group: Uint8Array.of(2, 6) }, 7).group]).toEqual([2, 6]);
  });
  it("have customers in no segment behind all, in points and legend alike", () => {
    const points = { x: Float32Array.of(1, 2), y: Float32Array.of(3, 4) };
    for (const [number, place] of [
      [1, 1],
      [3, 3],
      [7, 7],
      [10, 7],
    ] as const) {
      const segments = Array.from({ length: number }, (_, i) => segmentOf(i, 20 - i));
      const groups = groupsOf(segments, 5);
      expect(groups[place]).toEqual({ name: "In no segment", mark: 0, count: 5 });
      const group = Uint8Array.of(0, NO_SEGMENT);
      expect([...pointsOf({ ...points, group }, number).group]).toEqual([0, place]);
    }
    expect([0, 5, 6, 9].map((segment) => groupOf(segment, 10))).toEqual([0, 5, 6, 6]);
    expect(groupOf(6, 7)).toBe(6);
    expect(findingOf([segmentOf(0, 60)], 40)).toMatch(/100 customers.*40 are in no segment/);
  });
  it("say what the picture shows", () => {
    expect(findingOf([segmentOf(0, 60), segmentOf(1, 40)])).toContain(
      "100 customers in 2 segments",
    );
  });
});

it("The quality is read where the result has it", () => {
  const run = {
    ...runOf("a", "succeeded"),
    result: {
      algorithm: "kmeans",
      clusters: 7,
      quality: { silhouette: 0.5, silhouette_rows: 40 },
      notices: ["one", 2],
    },
  };
  expect(qualityOf(run)).toMatchObject({
    algorithm: "kmeans",
    silhouette: 0.5,
    silhouetteRows: 40,
    notices: ["one"],
  });
  expect(qualityOf(runOf("b", "queued")).silhouette).toBeNull();
  const single = { ...run, result: { quality: { silhouette: 0, silhouette_rows: 0 } } };
  expect(qualityOf(single).silhouette).toBeNull();
  expect(densityOf(run)).toBeNull();
  expect(methodWords(run)).toBe("k-means");
  expect(methodWords({ ...run, result: { algorithm: "dbscan" } })).toBe("DBSCAN");
  const density = { min_size: 50, min_points: 5, noise: 9, advice: "" };
  const hdbscan = { ...run, result: { algorithm: "hdbscan", density } };
  expect(methodWords(hdbscan)).toBe("HDBSCAN");
  expect(densityOf(hdbscan)).toMatchObject({ eps: null, minSize: 50, minPoints: 5, noise: 9 });
  const mixture = { covariance: "full", bic: -12.5, converged: true };
  const gmm = { ...run, result: { algorithm: "gmm", mixture } };
  expect(methodWords(gmm)).toBe("Gaussian mixture (full)");
  expect(mixtureOf(gmm)).toEqual({ covariance: "full", bic: -12.5, isConverged: true });
  expect(mixtureOf(run)).toBeNull();
  const tree = {
    linkage: "genie",
    leaf_sizes: [1, 1],
    top: [{ left: 0, right: 1, height: 1, size: 2 }],
  };
  expect(methodWords({ ...run, result: { algorithm: "hierarchical", tree } })).toBe(
    "hierarchical (Genie)",
  );
  expect(qualityOf({ ...run, result: { reasons: ["so", 3] } }).reasons).toEqual(["so"]);
  expect(stabilityWords(0.91)).toBe("0.91 (found again on halves of the customers)");
  expect(stabilityWords(0.4)).toContain("do not rely on it");
  expect([0.6, 0.3, 0.1].map(clarity)).toEqual(["Clear", "Fair", "Loose"]);
});

it("What was compared and how features were prepared is read where the result has it", () => {
  const run = {
    ...runOf("a", "succeeded"),
    result: {
      candidates: [
        { algorithm: "hdbscan", clusters: 3, noise_share: 0.4, silhouette: 0.5, finding: "thin" },
        {
          algorithm: "kmeans",
          clusters: 4,
          noise_share: 0,
          stability: 0.9,
          chosen: true,
          finding: "firm",
        },
      ],
      scaling: [{ feature: "monetary", used: true, log: true, reason: "skewed", note: "twice" }],
    },
  };
  expect(candidatesOf(run)).toMatchObject([
    { algorithm: "hdbscan", noiseShare: 0.4, silhouette: 0.5, stability: null, isChosen: false },
    { algorithm: "kmeans", noiseShare: 0, silhouette: null, stability: 0.9, isChosen: true },
  ]);
  expect(scalingOf(run)).toEqual([
    { feature: "monetary", isUsed: true, reason: "skewed", note: "twice" },
  ]);
  expect(candidatesOf(runOf("b", "queued"))).toEqual([]);
  expect(scalingOf(runOf("b", "queued"))).toEqual([]);
});

it("What became of the columns is read where the run has kept it", () => {
  const column = { column: "since", kind: "date", use: "left_out", reason: "gaps" };
  const run = { ...runOf("a", "succeeded"), result: { columns: [column] } };
  expect(columnsOf(run)).toEqual([
    { column: "since", holds: "dates", isUsed: false, reason: "gaps" },
  ]);
  expect(columnsOf(runOf("b", "queued"))).toEqual([]);
});

it("The model is there for download where the run has kept it", () => {
  const run = runOf("a", "succeeded");
  expect(modelUrl({ ...run, result: { model: { kept: true } } })).toBe(
    "/api/v1/segmentation/runs/a/model",
  );
  expect(modelUrl({ ...run, result: { model: { kept: false, reason: "large" } } })).toBeNull();
  expect(modelUrl({ ...run, result: {} })).toBeNull();
  expect(modelUrl(run)).toBeNull();
});
