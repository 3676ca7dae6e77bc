import { expect, it } from "vitest";
import type { SegmentationRun } from "../../api/client";
import { bracketsOf, cutHeight, cutSizes, hangingsOf, tellableHeight, treeOf } from "./tree";

const run = (result: unknown) => ({ id: "a", result }) as unknown as SegmentationRun;
/** Leaves of 5, 1, 2 and 4 customers; 1 and 2 join first, then 0 and 3, then both. */
const TREE = treeOf(
  run({
    tree: {
      linkage: "ward",
      cophenetic_correlation: 0.7,
      leaf_sizes: [5, 1, 2, 4],
      top: [
        { left: 1, right: 2, height: 1, size: 3 },
        { left: 0, right: 3, height: 2, size: 9 },
        { left: 4, right: 5, height: 6, size: 12 },
      ],
    },
  }),
)!;

it("A tree whose distances fall is drawn by the order of its joins", () => {
  const tree = treeOf(
    run({
      tree: {
        linkage: "centroid",
        leaf_sizes: [1, 1, 1],
        top: [
          { left: 0, right: 1, height: 2, size: 2 },
          { left: 2, right: 3, height: 1.7, size: 3 },
        ],
      },
    }),
  )!;
  expect(TREE.isByOrder).toBe(false);
  expect(tree.isByOrder).toBe(true);
  expect(tree.merges.map((merge) => merge.height)).toEqual([1, 2]);
  expect(cutHeight(tree, 2)).toBe(1.5);
});

it("A segment of HDBSCAN hangs where its cluster parts from the other", () => {
  const { merges, leafSizes } = TREE;
  const tree = treeOf(
    run({
      tree: {
        linkage: "mutual_reachability",
        leaf_sizes: leafSizes,
        top: merges,
        segments: [
          { segment: 0, cluster: 5 },
          { segment: 1, cluster: 2 },
        ],
      },
    }),
  )!;
  expect(TREE.segments).toEqual([]);
  expect(tree.correlation).toBeNull();
  expect(hangingsOf(tree)).toEqual([
    { segment: 0, cluster: 5, place: 2.5, from: 2, to: 6 },
    { segment: 1, cluster: 2, place: 1, from: 0, to: 1 },
  ]);
});

it("A run without a tree has none", () => {
  expect(treeOf(run(null))).toBeNull();
  expect(treeOf(run({ algorithm: "kmeans" }))).toBeNull();
});

it("A height is told only where the server makes that number of segments of it", () => {
  const told = (heights: number[], segments: number, linkage = "ward") =>
    tellableHeight(
      { ...TREE, linkage, merges: TREE.merges.map((m, i) => ({ ...m, height: heights[i] ?? 0 })) },
      segments,
    );
  expect(told([1, 2, 6], 2)).toBe(4);
  expect(told([1, 2, 6], 3)).toBe(1.5);
  expect(told([1, 2, 6], 1)).toBeNull(); // There is no join above.
  expect(told([1, 2, 6], 4)).toBeNull(); // Joins below are not shown.
  expect(told([1, 1, 6], 3)).toBeNull();
  expect(told([1, 12.345678, 12.345681], 2)).toBe(12.34568);
  expect(told([1, 2, 2 + 2 ** -51], 2)).toBe(2);
  expect(told([1, 2, 6], 2, "centroid")).toBeNull();
});

it("No lines of a tree cross, and each bracket stands on its parts", () => {
  expect(bracketsOf(TREE)).toEqual([
    { left: 0, right: 1, height: 1, leftFrom: 0, rightFrom: 0 },
    { left: 2, right: 3, height: 2, leftFrom: 0, rightFrom: 0 },
    { left: 0.5, right: 2.5, height: 6, leftFrom: 1, rightFrom: 2 },
  ]);
});

it("A cut lies between two merges and says the sizes", () => {
  expect(cutSizes(TREE, 1)).toEqual([12]);
  expect(cutSizes(TREE, 2)).toEqual([9, 3]);
  expect(cutSizes(TREE, 3)).toEqual([5, 4, 3]);
  expect(cutSizes(TREE, 4)).toEqual([5, 4, 2, 1]);
  expect([2, 3, 4].map((segments) => cutHeight(TREE, segments))).toEqual([4, 1.5, 0.5]);
});
