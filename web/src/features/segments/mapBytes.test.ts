import { describe, expect, it } from "vitest";
import { ApiProblem } from "../../api/problem";
import { NO_SEGMENT, readMap } from "./mapBytes";

/** The bytes that map_bytes_test.cpp expects of the server, written by hand from the layout. */
const BYTES = Uint8Array.from(
  [
    "43 50 4f 4d", // CPOM
    "01 00", // version
    "02 00", // segments
    "03 00 00 00", // points
    "00 00 80 bf", // x from -1
    "00 00 40 40", // to 3
    "00 00 00 40", // y from 2
    "00 00 80 40", // to 4
    "00 00 40 3f", // explained 0.75
    "00 00 00 80 ff ff",
    "00 00 00 40 ff ff",
    "01 00 01",
  ]
    .join(" ")
    .split(" "),
  (byte) => Number.parseInt(byte, 16),
);

/** The bytes with some others from `at` on. */
function changed(at: number, ...others: number[]): ArrayBuffer {
  const bytes = BYTES.slice();
  bytes.set(others, at);
  return bytes.buffer;
}

function refusalOf(body: ArrayBuffer): string {
  try {
    readMap(body);
  } catch (error) {
    if (error instanceof ApiProblem) return error.detail;
    throw error;
  }
  return "none";
}

describe("The bytes of a map", () => {
  it("are read as the server has written them", () => {
    const { points, explained } = readMap(changed(0));
    expect([...points.group]).toEqual([1, 0, 1]);
    expect(explained).toBe(0.75);
    const steps = [
      [points.x, [-1, 1, 3], 4 / 65_535],
      [points.y, [2, 2.5, 4], 2 / 65_535],
    ] as const;
    for (const [column, values, step] of steps) {
      expect([column[0], column[2]]).toEqual([values[0], values[2]]);
      expect(Math.abs(column[1]! - values[1])).toBeLessThanOrEqual(step / 2 + 1e-6);
    }
  });

  it("may have no point, or all at one place", () => {
    const none = readMap(changed(8, 0).slice(0, 32));
    expect(none.points.x).toHaveLength(0);
    const one = readMap(changed(12, 0, 0, 0x40, 0x40));
    expect([...one.points.x]).toEqual([3, 3, 3]);
  });

  it("are refused when they are no map, or another one", () => {
    expect(refusalOf(new ArrayBuffer(0))).toContain("not a map");
    expect(refusalOf(new TextEncoder().encode('{"x":[1,2],"y":[3,4]}').buffer)).toContain(
      "not a map",
    );
    expect(refusalOf(changed(4, 2))).toContain("form 2");
  });

  it("are refused at every length but the right one", () => {
    const whole = changed(0);
    for (let length = 4; length < whole.byteLength; ++length)
      expect(refusalOf(whole.slice(0, length))).toMatch(/cut off|length/);
    expect(refusalOf(Uint8Array.of(...BYTES, 0).buffer)).toContain("length");
    expect(refusalOf(changed(8, 0xff, 0xff, 0xff, 0xff))).toContain("length");
  });

  it("may have customers in no segment", () => {
    const { points } = readMap(changed(BYTES.length - 1, NO_SEGMENT));
    expect([...points.group]).toEqual([1, 0, NO_SEGMENT]);
  });

  it("are refused with a segment that is not there, a share above one, or ends that are none", () => {
    const notANumber = [0, 0, 0xc0, 0x7f];
    for (const body of [
      changed(BYTES.length - 2, 2),
      changed(28, 0, 0, 0x40, 0x40),
      changed(28, ...notANumber),
      changed(12, ...notANumber),
      changed(24, 0, 0, 0x80, 0x3f),
    ])
      expect(refusalOf(body)).toContain("cannot be");
  });
});
