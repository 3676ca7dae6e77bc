import type { Segment, Variant, VariantState } from "../../api/client";
import { spoken } from "../../variant/words";

export const OTHER = "other";
const OWN_COLUMNS_MAX = 5;

export interface Column {
  /** Name of the strategy, or OTHER. */
  key: string;
  title: string;
  /** Mark of the column; null for the one of the rest. */
  mark: number | null;
  approved: number;
  total: number;
}

export interface Row {
  segment: number;
  name: string;
  size: number | null;
  /** By the key of the column; a strategy of the rest shares one cell with others. */
  cells: Record<string, Variant[]>;
}

/** The same control words, which go to one or more segments. */
export interface ControlRow {
  hash: string;
  variants: Variant[];
}

export interface Matrix {
  columns: Column[];
  controls: ControlRow[];
  rows: Row[];
  /** Ids as they are read, for previous and next. */
  order: string[];
}

/**
 * Segments down, strategies across. Strategies that few segments have would make a sparse and wide
 * matrix, so they share the last column and carry their name. `all` decides the columns, `shown` is
 * what fits the filters.
 */
export function buildMatrix(
  all: readonly Variant[],
  shown: readonly Variant[],
  segments: readonly Segment[],
): Matrix {
  const personal = all.filter((variant) => !variant.is_control);
  const counts = new Map<string, number>();
  for (const { strategy } of personal) counts.set(strategy, (counts.get(strategy) ?? 0) + 1);
  const ranked = [...counts].sort(
    ([one, left], [other, right]) => right - left || one.localeCompare(other),
  );
  const segmentCount = new Set(personal.map((variant) => variant.segment)).size;
  const isWide = ranked.length > OWN_COLUMNS_MAX;
  const least = Math.max(2, Math.ceil(segmentCount / 3));
  const own = ranked
    .filter(([, count]) => !isWide || count >= least)
    .slice(0, OWN_COLUMNS_MAX)
    .map(([strategy]) => strategy);
  const keyOf = (variant: Variant) => (own.includes(variant.strategy) ? variant.strategy : OTHER);
  const keys = own.length < ranked.length ? [...own, OTHER] : own;
  const columns = keys.map((key, index): Column => {
    const inside = personal.filter((variant) => keyOf(variant) === key);
    return {
      key,
      title: key === OTHER ? "Other strategies" : spoken(key),
      mark: key === OTHER ? null : index + 1,
      approved: inside.filter((variant) => variant.state === "approved").length,
      total: inside.length,
    };
  });
  const named = new Map(segments.map((segment) => [segment.segment, segment]));
  const rows = new Map<number, Row>();
  const controls = new Map<string, ControlRow>();
  for (const variant of inOrder(shown)) {
    if (variant.is_control) {
      const row = controls.get(variant.text_hash) ?? { hash: variant.text_hash, variants: [] };
      row.variants.push(variant);
      controls.set(variant.text_hash, row);
      continue;
    }
    const row = rows.get(variant.segment) ?? {
      segment: variant.segment,
      name: named.get(variant.segment)?.name ?? `Segment ${variant.segment}`,
      size: named.get(variant.segment)?.size ?? null,
      cells: {},
    };
    (row.cells[keyOf(variant)] ??= []).push(variant);
    rows.set(variant.segment, row);
  }
  const lines = [...rows.values()];
  const order = [
    ...[...controls.values()].flatMap((row) => row.variants),
    ...lines.flatMap((row) => keys.flatMap((key) => row.cells[key] ?? [])),
  ].map((variant) => variant.id);
  return { columns, controls: [...controls.values()], rows: lines, order };
}

function inOrder(variants: readonly Variant[]): Variant[] {
  return [...variants].sort(
    (one, other) => one.segment - other.segment || one.strategy.localeCompare(other.strategy),
  );
}

const SUM_WORDS: readonly [VariantState, string][] = [
  ["approved", "approved"],
  ["pass", "wait for review"],
  ["review", "need review"],
  ["block", "blocked"],
  ["unscreened", "not screened"],
  ["rejected", "rejected"],
];

/** "28 variants: 4 approved, 1 blocked" */
export function sumOf(variants: readonly Variant[]): string {
  const parts = SUM_WORDS.flatMap(([state, words]) => {
    const found = variants.filter((variant) => variant.state === state).length;
    return found === 0 ? [] : [`${found} ${words}`];
  });
  const head = `${variants.length} ${variants.length === 1 ? "variant" : "variants"}`;
  return parts.length === 0 ? head : `${head}: ${parts.join(", ")}`;
}
