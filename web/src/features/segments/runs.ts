import type { Segment, SegmentationRun } from "../../api/client";
import { basePath } from "../../api/http";
import { count, LOCALE, percent, segmentMark } from "../../kit";
import type { ScatterGroup } from "../../kit/Scatter";
import type { Points } from "../../kit/scatterMath";
import { NO_SEGMENT } from "./mapBytes";
import { treeOf } from "./tree";

/** Groups of the map that have a mark of their own when there are more segments than marks. */
const OWN_GROUPS = 6;
const NO_SEGMENT_WORDS = "In no segment";

/** What a result says about its quality, as far as the contract leaves it open. */
export interface Quality {
  algorithm: string | null;
  clusters: number | null;
  seed: number | null;
  silhouette: number | null;
  /** Customers it was computed on. */
  silhouetteRows: number | null;
  criterion: string | null;
  notices: readonly string[];
  /** Why this method, when none was asked for. */
  reasons: readonly string[];
}

/** How DBSCAN or HDBSCAN saw the customers; distances in the scaled space. */
export interface Density {
  /** Null for HDBSCAN, which has no distances either. */
  eps: number | null;
  isChosen: boolean;
  /** Customers of the smallest segment; null for DBSCAN. */
  minSize: number | null;
  minPoints: number;
  noise: number;
  /** Distance within which a customer has minPoints customers, largest first. */
  distances: readonly number[];
  advice: string;
}

/** Null for other methods, and while there is no result. */
export function densityOf(run: SegmentationRun): Density | null {
  const density = (run.result as Record<string, unknown> | null)?.["density"];
  if (typeof density !== "object" || density === null) return null;
  const of = density as Record<string, unknown>;
  const distances = of["core_distances"];
  return {
    eps: of["eps"] === undefined ? null : Number(of["eps"]),
    minSize: of["min_size"] === undefined ? null : Number(of["min_size"]),
    isChosen: of["eps_chosen"] === true,
    minPoints: Number(of["min_points"]),
    noise: Number(of["noise"]),
    distances: Array.isArray(distances) ? distances.map(Number) : [],
    advice: String(of["advice"] ?? ""),
  };
}

/** How a Gaussian mixture describes the customers. */
export interface Mixture {
  covariance: string;
  /** Lower is better, of runs on the same customers. */
  bic: number;
  /** The fit had settled before the most rounds were done. */
  isConverged: boolean;
}

/** Null for other methods, and while there is no result. */
export function mixtureOf(run: SegmentationRun): Mixture | null {
  const mixture = (run.result as Record<string, unknown> | null)?.["mixture"];
  if (typeof mixture !== "object" || mixture === null) return null;
  const of = mixture as Record<string, unknown>;
  return {
    covariance: String(of["covariance"]),
    bic: Number(of["bic"]),
    isConverged: of["converged"] !== false,
  };
}

/** A method that was compared with others. */
export interface Candidate {
  algorithm: string;
  clusters: number;
  /** Of the customers, in no segment. */
  noiseShare: number;
  /** Null where there is none, such as of one segment. */
  silhouette: number | null;
  /** How surely other customers show its segments, 0 to 1; null when that was not asked. */
  stability: number | null;
  isChosen: boolean;
  finding: string;
}

/** Empty when a method was asked for. */
export function candidatesOf(run: SegmentationRun): Candidate[] {
  return listOf(run, "candidates").map((of) => ({
    algorithm: String(of["algorithm"]),
    clusters: Number(of["clusters"]),
    noiseShare: Number(of["noise_share"]),
    silhouette: typeof of["silhouette"] === "number" ? of["silhouette"] : null,
    stability: typeof of["stability"] === "number" ? of["stability"] : null,
    isChosen: of["chosen"] === true,
    finding: String(of["finding"] ?? ""),
  }));
}

/** What became of a feature, in words. */
export interface Prepared {
  feature: string;
  isUsed: boolean;
  reason: string;
  note: string;
}

export function scalingOf(run: SegmentationRun): Prepared[] {
  return listOf(run, "scaling").map((of) => ({
    feature: String(of["feature"]),
    isUsed: of["used"] === true,
    reason: String(of["reason"] ?? ""),
    note: String(of["note"] ?? ""),
  }));
}

/** Where the run's model is for download; null when it has none. */
export function modelUrl(run: SegmentationRun): string | null {
  const model = (run.result as Record<string, unknown> | null)?.["model"];
  const isKept = (model as Record<string, unknown> | undefined)?.["kept"] === true;
  return isKept ? `${basePath()}/api/v1/segmentation/runs/${run.id}/model` : null;
}

/** What became of a column of the customers, in words. */
export interface ColumnUse {
  column: string;
  holds: string;
  isUsed: boolean;
  reason: string;
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  number: "numbers",
  yes_no: "yes and no",
  date: "dates",
  category: "categories",
  text: "text",
};

/** Empty in runs from before it was kept. */
export function columnsOf(run: SegmentationRun): ColumnUse[] {
  return listOf(run, "columns").map((of) => ({
    column: String(of["column"]),
    holds: KIND_WORDS[String(of["kind"])] ?? String(of["kind"]),
    isUsed: of["use"] !== "left_out",
    reason: String(of["reason"] ?? ""),
  }));
}

function listOf(run: SegmentationRun, part: string): Record<string, unknown>[] {
  const list = (run.result as Record<string, unknown> | null)?.[part];
  return Array.isArray(list) ? list : [];
}

/** Of a run that has a result, its method as it is cited. */
export function methodWords(run: SegmentationRun): string | null {
  const { algorithm } = qualityOf(run);
  const name = PROPER_METHODS[algorithm ?? ""] ?? algorithm;
  if (algorithm === "gmm") return `${name} (${mixtureOf(run)?.covariance})`;
  const linkage = algorithm === "hierarchical" ? treeOf(run)?.linkage : undefined;
  return linkage ? `${name} (${PROPER_NAMES[linkage] ?? linkage})` : name;
}

export const PROPER_METHODS: Readonly<Record<string, string>> = {
  kmeans: "k-means",
  dbscan: "DBSCAN",
  hdbscan: "HDBSCAN",
  gmm: "Gaussian mixture",
};

const PROPER_NAMES: Readonly<Record<string, string>> = { ward: "Ward", genie: "Genie" };

export function qualityOf(run: SegmentationRun): Quality {
  const result = (run.result ?? {}) as Record<string, unknown>;
  const quality = (result["quality"] ?? {}) as Record<string, unknown>;
  const number = (value: unknown) => (typeof value === "number" ? value : null);
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  const texts = (value: unknown) =>
    Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  return {
    algorithm: text(result["algorithm"]),
    clusters: number(result["clusters"]),
    seed: number(result["seed"]),
    // Of one segment, or of very many, there is none.
    silhouette: quality["silhouette_rows"] === 0 ? null : number(quality["silhouette"]),
    silhouetteRows: number(quality["silhouette_rows"]),
    criterion: text(quality["criterion"]),
    notices: texts(result["notices"]),
    reasons: texts(result["reasons"]),
  };
}

/** The run that is shown: the asked one, else the newest that is done. */
export function shownRun(
  runs: readonly SegmentationRun[],
  asked: string | null,
): SegmentationRun | null {
  return (
    runs.find((run) => run.id === asked) ?? runs.find((run) => run.state === "succeeded") ?? null
  );
}

/** A newer run than the shown one that is at work or came to nothing; null when there is none. */
export function pendingRun(
  runs: readonly SegmentationRun[],
  shown: SegmentationRun | null,
): SegmentationRun | null {
  const newest = runs[0];
  if (!newest || newest.state === "succeeded" || newest.id === shown?.id) return null;
  return newest;
}

/** Below this a segment should not be relied on; the server's limit. */
const STABILITY_LOW = 0.6;

/** How surely other customers show a segment too, in words. */
export function stabilityWords(stability: number): string {
  const verdict = stability < STABILITY_LOW ? "do not rely on it" : "found again";
  return `${stability.toFixed(2)} (${verdict} on halves of the customers)`;
}

/** What a silhouette means, in words. The limits are those of the server's criterion. */
export function clarity(silhouette: number): "Clear" | "Fair" | "Loose" {
  if (silhouette >= 0.5) return "Clear";
  return silhouette >= 0.25 ? "Fair" : "Loose";
}

/** The group in which a segment is drawn: small ones share one when marks run out. */
export function groupOf(segment: number, segments: number): number {
  return segments > OWN_GROUPS + 1 ? Math.min(segment, OWN_GROUPS) : segment;
}

/**
 * The points with their groups: customers in no segment have the one behind all.
 */
export function pointsOf(points: Points, segments: number): Points {
  const own = segments > OWN_GROUPS + 1 ? OWN_GROUPS + 1 : segments;
  return {
    ...points,
    group: points.group.map((segment) =>
      segment === NO_SEGMENT ? own : groupOf(segment, segments),
    ),
  };
}

/** `noise` customers are in no segment. */
export function groupsOf(segments: readonly Segment[], noise = 0): ScatterGroup[] {
  const own = segments.length > OWN_GROUPS + 1 ? segments.slice(0, OWN_GROUPS) : segments;
  const groups = own.map((segment) => ({
    name: segment.name,
    mark: segmentMark(segment.segment),
    count: segment.size,
  }));
  const rest = segments.slice(own.length);
  if (rest.length > 0)
    groups.push({
      name: `${count(rest.length)} smaller segments`,
      mark: segmentMark(OWN_GROUPS),
      count: rest.reduce((sum, segment) => sum + segment.size, 0),
    });
  if (noise > 0)
    groups.push({ name: NO_SEGMENT_WORDS, mark: segmentMark(OWN_GROUPS), count: noise });
  return groups;
}

/** The finding of the map for those who do not see it. */
export function findingOf(segments: readonly Segment[], noise = 0): string {
  const total = segments.reduce((sum, segment) => sum + segment.size, noise);
  const largest = segments[0];
  if (!largest) return "Map without customers.";
  return (
    `Map of ${count(total)} customers in ${count(segments.length)} segments. The largest is ` +
    `${largest.name}, ${count(largest.size)} customers, ${percent(largest.share)}.` +
    (noise > 0 ? ` ${count(noise)} are in no segment.` : "")
  );
}

/** "27 Nov, 04:29" */
export function momentWords(at: string): string {
  return new Date(at).toLocaleString(LOCALE, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
}
