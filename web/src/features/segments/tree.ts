import type { SegmentationRun } from "../../api/client";

/** Two clusters that become one; leaves are 0, 1, …, merge i makes cluster leaves + i. */
export interface Merge {
  left: number;
  right: number;
  height: number;
  size: number;
}

/** The top of the tree of a hierarchical run, or of the clusters of HDBSCAN. */
export interface Tree {
  linkage: string;
  /** Null of HDBSCAN. */
  correlation: number | null;
  /** Of HDBSCAN, which clusters of the tree are segments; else empty: a cut makes them. */
  segments: readonly TreeSegment[];
  leafSizes: readonly number[];
  /** In the order in which they were made. */
  merges: readonly Merge[];
  /** Heights are places in that order: the distances fall now and then, and could not be cut. */
  isByOrder: boolean;
}

export interface TreeSegment {
  segment: number;
  cluster: number;
}

/** Null for other methods, and while there is no result. */
export function treeOf(run: SegmentationRun): Tree | null {
  const tree = (run.result as Record<string, unknown> | null)?.["tree"];
  if (typeof tree !== "object" || tree === null) return null;
  const of = tree as Record<string, unknown>;
  const merges = of["top"];
  const sizes = of["leaf_sizes"];
  if (!Array.isArray(merges) || !Array.isArray(sizes) || merges.length === 0) return null;
  const made = merges as Merge[];
  const isByOrder = made.some(({ height }, i) => height < (made[i - 1]?.height ?? 0));
  return {
    linkage: String(of["linkage"]),
    correlation:
      of["cophenetic_correlation"] === undefined ? null : Number(of["cophenetic_correlation"]),
    segments: Array.isArray(of["segments"]) ? (of["segments"] as TreeSegment[]) : [],
    leafSizes: sizes.map(Number),
    merges: isByOrder ? made.map((merge, i) => ({ ...merge, height: i + 1 })) : made,
    isByOrder,
  };
}

/** Where a cluster hangs: its place from left to right, and the heights between which its line goes. */
export interface Hanging {
  place: number;
  from: number;
  to: number;
}

/** Of each cluster that is a segment. */
export function hangingsOf(tree: Tree): (Hanging & TreeSegment)[] {
  const brackets = bracketsOf(tree);
  return tree.segments.flatMap((each) => {
    const at = tree.merges.findIndex(
      (merge) => merge.left === each.cluster || merge.right === each.cluster,
    );
    const [merge, bracket] = [tree.merges[at], brackets[at]];
    if (!merge || !bracket) return [];
    const isLeft = merge.left === each.cluster;
    return [
      {
        ...each,
        place: isLeft ? bracket.left : bracket.right,
        from: isLeft ? bracket.leftFrom : bracket.rightFrom,
        to: bracket.height,
      },
    ];
  });
}

/** A merge as it is drawn: a bracket from `left` to `right`, whose legs end at the parts' heights. */
export interface Bracket {
  left: number;
  right: number;
  height: number;
  leftFrom: number;
  rightFrom: number;
}

/** Brackets in the order of the merges; leaves stand at 0, 1, … so that no lines cross. */
export function bracketsOf(tree: Tree): Bracket[] {
  const leaves = tree.leafSizes.length;
  const place = new Map<number, number>();
  let next = 0;
  const walk = (cluster: number): number => {
    const merge = tree.merges[cluster - leaves];
    const at = merge ? (walk(merge.left) + walk(merge.right)) / 2 : next++;
    place.set(cluster, at);
    return at;
  };
  walk(leaves + tree.merges.length - 1);
  const heightOf = (cluster: number) => tree.merges[cluster - leaves]?.height ?? 0;
  return tree.merges.map((merge) => ({
    left: place.get(merge.left) ?? 0,
    right: place.get(merge.right) ?? 0,
    height: merge.height,
    leftFrom: heightOf(merge.left),
    rightFrom: heightOf(merge.right),
  }));
}

/** Where a line cuts the tree into `segments`: between the last merge below and the first above it. */
export function cutHeight(tree: Tree, segments: number): number {
  const above = tree.merges.length - (segments - 1);
  const low = tree.merges[above - 1]?.height ?? 0;
  return (low + (tree.merges[above]?.height ?? low)) / 2;
}

/** Heights of joins only grow; those of the others may fall where the top of the tree does not show it. */
const RISING: readonly string[] = ["ward", "average", "complete", "single"];

/**
 * A height at which the server cuts the tree into `segments`, in as few digits as do: not below the last join that stays, and
 * below the next. Null where there is none: two joins of the same height, or joins that are not shown.
 */
export function tellableHeight(tree: Tree, segments: number): number | null {
  const above = tree.merges.length - (segments - 1);
  const low = tree.merges[above - 1]?.height;
  const high = tree.merges[above]?.height;
  if (low === undefined || high === undefined || !RISING.includes(tree.linkage)) return null;
  for (let digits = 1; digits <= 17; ++digits) {
    const height = Number(((low + high) / 2).toPrecision(digits));
    if (height >= low && height < high) return height;
  }
  return null;
}

/** Sizes of the segments when the tree is cut into so many, largest first. */
export function cutSizes(tree: Tree, segments: number): number[] {
  const leaves = tree.leafSizes.length;
  const sizes = new Map(tree.leafSizes.map((size, leaf) => [leaf, size]));
  tree.merges.slice(0, tree.merges.length - (segments - 1)).forEach((merge, i) => {
    sizes.delete(merge.left);
    sizes.delete(merge.right);
    sizes.set(leaves + i, merge.size);
  });
  return [...sizes.values()].sort((a, b) => b - a);
}
