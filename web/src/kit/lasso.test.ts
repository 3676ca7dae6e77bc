import { expect, it } from "vitest";
import { boxOf, heldBy, isInside, type Polygon } from "./lasso";

const POINTS = {
  x: Float32Array.of(0, 1, 2, 3, 4),
  y: Float32Array.of(0, 1, 2, 3, 4),
  group: Uint8Array.of(0, 1, 1, 2, 255),
};

it("A place in the bay of a polygon is outside", () => {
  const bay: Polygon = [
    [0, 0],
    [4, 0],
    [4, 4],
    [2, 1],
    [0, 4],
  ];
  expect(isInside(bay, 2, 0.5)).toBe(true);
  expect(isInside(bay, 2, 3)).toBe(false);
  expect(isInside(bay, 0.5, 2)).toBe(true);
  expect(isInside(bay, 5, 0.5)).toBe(false);
  expect(isInside([], 0, 0)).toBe(false);
});

it("A polygon holds the shown points inside it, by group", () => {
  const box = boxOf(1, 4, 1, 4);
  const all = heldBy(box, POINTS, () => true, 2);
  expect(all.count).toBe(4);
  expect(all.first).toEqual([1, 2]);
  expect([all.counts[0], all.counts[1], all.counts[2], all.counts[255]]).toEqual([0, 2, 1, 1]);
  const some = heldBy(box, POINTS, (group) => group !== 1, 9);
  expect(some.first).toEqual([3, 4]);
});

it("A hundred thousand points in a lasso of many corners are found in time", () => {
  const n = 100_000;
  const places = Float32Array.from({ length: n }, (_, i) => Math.sin(i * 12.9898) * 2);
  const others = Float32Array.from({ length: n }, (_, i) => Math.sin(i * 78.233) * 2);
  const ring: Polygon = Array.from({ length: 300 }, (_, i) => [
    Math.cos((i * Math.PI) / 150),
    Math.sin((i * Math.PI) / 150),
  ]);
  const held = heldBy(ring, { x: places, y: others, group: new Uint8Array(n) }, () => true, 0);
  let inside = 0;
  for (let i = 0; i < n; ++i) inside += Math.hypot(places[i]!, others[i]!) < 1 ? 1 : 0;
  // The ring has 300 corners, a circle none.
  expect(Math.abs(held.count - inside)).toBeLessThan(0.002 * n);
});
