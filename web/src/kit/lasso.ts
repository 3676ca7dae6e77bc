import type { Points } from "./scatterMath";

/** A place in the coordinates of the data. */
export type Place = readonly [x: number, y: number];

/** The last place joins the first. */
export type Polygon = readonly Place[];

/** What a polygon holds of a map. */
export interface Held {
  count: number;
  /** Indices of the first points, in their order. */
  first: number[];
  /** Of each group, 0 … 255. */
  counts: Uint32Array;
}

/** Is a place inside, by the even-odd rule? */
export function isInside(polygon: Polygon, x: number, y: number): boolean {
  let isIn = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, ay] = polygon[i]!;
    const [bx, by] = polygon[j]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isIn = !isIn;
  }
  return isIn;
}

/** The shown points inside a polygon, with the indices of the first `firstMax`. */
export function heldBy(
  polygon: Polygon,
  points: Points,
  isShown: (group: number) => boolean,
  firstMax: number,
): Held {
  const held: Held = { count: 0, first: [], counts: new Uint32Array(256) };
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of polygon) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  }
  const shown = Uint8Array.from({ length: 256 }, (_, group) => (isShown(group) ? 1 : 0));
  const { x, y, group } = points;
  for (let i = 0; i < x.length; ++i) {
    const [px, py] = [x[i]!, y[i]!];
    if (px < left || px > right || py < bottom || py > top || shown[group[i]!] === 0) continue;
    if (!isInside(polygon, px, py)) continue;
    held.counts[group[i]!]! += 1;
    if (held.count++ < firstMax) held.first.push(i);
  }
  return held;
}

/** A box as a polygon; a little wider, so that points on its sides are in. */
export function boxOf(left: number, right: number, bottom: number, top: number): Polygon {
  const across = 1e-6 * Math.max(1, Math.abs(left), Math.abs(right));
  const up = 1e-6 * Math.max(1, Math.abs(bottom), Math.abs(top));
  return [
    [left - across, bottom - up],
    [right + across, bottom - up],
    [right + across, top + up],
    [left - across, top + up],
  ];
}
