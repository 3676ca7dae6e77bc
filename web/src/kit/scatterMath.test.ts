import { describe, expect, it } from "vitest";
import {
  fitted,
  middles,
  mixed,
  NearestGrid,
  packed,
  paint,
  panned,
  toData,
  toPixel,
  zoomed,
  type Points,
} from "./scatterMath";

const SIZE = { width: 400, height: 200 };

function pointsOf(rows: readonly [x: number, y: number, group: number][]): Points {
  return {
    x: Float32Array.from(rows, (row) => row[0]),
    y: Float32Array.from(rows, (row) => row[1]),
    group: Uint8Array.from(rows, (row) => row[2]),
  };
}

/** The same cloud every time. */
function cloud(count: number): Points {
  let state = 7;
  const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return pointsOf(
    Array.from({ length: count }, (_, i) => [next() * 10 + (i % 3), next() * 4, i % 3]),
  );
}

describe("The view of a map", () => {
  it("holds all points with both axes to one scale", () => {
    const points = cloud(500);
    const view = fitted(points, SIZE);
    for (let i = 0; i < points.x.length; ++i) {
      const [px, py] = toPixel(view, SIZE, points.x[i] ?? 0, points.y[i] ?? 0);
      expect(px).toBeGreaterThanOrEqual(0);
      expect(px).toBeLessThanOrEqual(SIZE.width);
      expect(py).toBeGreaterThanOrEqual(0);
      expect(py).toBeLessThanOrEqual(SIZE.height);
    }
  });

  it("of one point or none is finite", () => {
    expect(Number.isFinite(fitted(pointsOf([]), SIZE).scale)).toBe(true);
    expect(Number.isFinite(fitted(pointsOf([[3, 3, 0]]), SIZE).scale)).toBe(true);
  });

  it("goes from pixels to data and back", () => {
    const view = { x: 3, y: -2, scale: 17 };
    const [x, y] = toData(view, SIZE, 31, 77);
    const [px, py] = toPixel(view, SIZE, x, y);
    expect(px).toBeCloseTo(31);
    expect(py).toBeCloseTo(77);
  });

  it("keeps the place under the pointer while it zooms", () => {
    const home = { x: 0, y: 0, scale: 10 };
    const before = toData(home, SIZE, 40, 30);
    const after = toData(zoomed(home, SIZE, home, 3, [40, 30]), SIZE, 40, 30);
    expect(after[0]).toBeCloseTo(before[0]);
    expect(after[1]).toBeCloseTo(before[1]);
  });

  it("zooms no further out than the whole map, and moves with the hand", () => {
    const home = { x: 0, y: 0, scale: 10 };
    expect(zoomed(home, SIZE, home, 0.2).scale).toBe(10);
    expect(zoomed(home, SIZE, home, 1e9).scale).toBe(600);
    const [px, py] = toPixel(panned(home, 12, -5), SIZE, 0, 0);
    expect([px, py]).toEqual([SIZE.width / 2 + 12, SIZE.height / 2 - 5]);
  });
});

describe("The nearest point", () => {
  it("is the one that looking at all finds", () => {
    const points = cloud(800);
    const grid = new NearestGrid(points);
    for (let step = 0; step < 60; ++step) {
      const [x, y, reach] = [(step % 13) - 0.5, (step % 7) * 0.8 - 0.5, 0.1 + (step % 5) * 0.3];
      let best = -1;
      let least = reach * reach;
      for (let i = 0; i < points.x.length; ++i) {
        const square = ((points.x[i] ?? 0) - x) ** 2 + ((points.y[i] ?? 0) - y) ** 2;
        if (square <= least && points.group[i] !== 1) [best, least] = [i, square];
      }
      expect(grid.nearest(x, y, reach, (group) => group !== 1)).toBe(best);
    }
  });

  it("is none where nothing is near, or where there is nothing", () => {
    expect(new NearestGrid(cloud(50)).nearest(900, 900, 5, () => true)).toBe(-1);
    expect(new NearestGrid(pointsOf([])).nearest(0, 0, 5, () => true)).toBe(-1);
  });
});

describe("The picture", () => {
  const look = { background: packed(255, 255, 255), stamps: null, dot: 2, front: null };
  const red = packed(200, 0, 0);
  const blue = packed(0, 0, 200);
  const picture = () => ({ width: 40, height: 20, pixels: new Uint32Array(800) });
  const view = { x: 0, y: 0, scale: 1 };

  it("has the colour of the group at the place of the point", () => {
    const shown = picture();
    paint(
      shown,
      pointsOf([
        [-10, 5, 0],
        [10, -5, 1],
      ]),
      view,
      { ...look, colours: [red, blue] },
    );
    expect(shown.pixels[5 * 40 + 10]! >>> 0).toBe(red >>> 0);
    expect(shown.pixels[15 * 40 + 30]! >>> 0).toBe(blue >>> 0);
    expect(shown.pixels[0]! >>> 0).toBe(look.background >>> 0);
  });

  it("leaves hidden groups out and draws the front one last", () => {
    const points = pointsOf([
      [0, 0, 0],
      [0, 0, 1],
    ]);
    const at = 10 * 40 + 20;
    const first = picture();
    paint(first, points, view, { ...look, colours: [red, null] });
    expect(first.pixels[at]! >>> 0).toBe(red >>> 0);
    const second = picture();
    paint(second, points, view, { ...look, colours: [red, blue], front: 0 });
    expect(second.pixels[at]! >>> 0).toBe(red >>> 0);
  });

  it("cuts marks at its edges", () => {
    const shown = picture();
    const stamps = [{ side: 5, coverage: new Uint8Array(25).fill(255) }];
    const points = pointsOf([
      [-20, 10, 0],
      [20, -10, 0],
      [900, 900, 0],
    ]);
    paint(shown, points, view, { ...look, colours: [red], stamps });
    expect(shown.pixels[0]! >>> 0).toBe(red >>> 0);
    expect(shown.pixels[799]! >>> 0).toBe(red >>> 0);
    expect(shown.pixels.filter((pixel) => pixel >>> 0 === red >>> 0).length).toBeLessThan(25);
  });

  it("mixes soft edges", () => {
    expect(mixed(packed(0, 0, 0), packed(255, 255, 255), 128)).toBe(packed(128, 128, 128));
    expect(mixed(red, blue, 0)).toBe(red);
  });
});

it("The middle of a group is its median, and null without points", () => {
  const points = pointsOf([
    [0, 0, 0],
    [1, 1, 0],
    [900, 900, 0],
    [5, 5, 2],
  ]);
  expect(middles(points, 3)).toEqual([[1, 1], null, [5, 5]]);
});

it("A hundred thousand points: figures of painting, for people", () => {
  const points = cloud(100_000);
  const shown = { width: 1430, height: 800, pixels: new Uint32Array(1430 * 800) };
  const view = fitted(points, shown);
  const colours = [packed(33, 39, 133), packed(248, 98, 20), packed(12, 164, 146)];
  const times = Array.from({ length: 60 }, () => {
    const start = performance.now();
    paint(shown, points, view, {
      background: packed(255, 255, 255),
      colours,
      stamps: null,
      dot: 4,
      front: null,
    });
    return performance.now() - start;
  }).sort((a, b) => a - b);
  // oxlint-disable-next-line no-console
  console.info(
    `paint 100k at 2x: p50 ${times[30]?.toFixed(2)} ms, p95 ${times[57]?.toFixed(2)} ms`,
  );
  expect(shown.pixels.some((pixel) => pixel >>> 0 === colours[0]! >>> 0)).toBe(true);
});
