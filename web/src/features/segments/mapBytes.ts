import { queryOptions } from "@tanstack/react-query";
import { getSegmentationMap } from "../../api/client";
import { getSegmentationMapQueryKey } from "../../api/client/@tanstack/react-query.gen";
import { ApiProblem } from "../../api/problem";
import type { Points } from "../../kit/scatterMath";

// The layout stands at getSegmentationMap in api/openapi.yaml.
const MAGIC = "CPOM";
const VERSION = 1;
const HEADER_BYTES = 32;
const POINT_BYTES = 5;
const STEPS = 65_535;
/** The segment of a customer who is in none. */
export const NO_SEGMENT = 255;

/** The map of a run; the group of a point is its segment, or NO_SEGMENT. */
export interface RunMap {
  points: Points;
  /** Share of the differences that the two axes keep, 0 … 1. */
  explained: number;
}

export function mapOptions(run: string) {
  const options = { path: { run } };
  return queryOptions({
    queryKey: getSegmentationMapQueryKey(options),
    // A run keeps its map: what comes again is the same, and who has zoomed in stays there.
    structuralSharing: (old, fresh) => old ?? fresh,
    queryFn: async ({ signal }) => {
      // The generated type says Blob, whose bytes are only a promise.
      const { data } = await getSegmentationMap({
        ...options,
        responseType: "arraybuffer",
        signal,
      });
      return readMap(data as unknown as ArrayBuffer);
    },
  });
}

/** Reads what the server sent, on machines of either byte order; throws ApiProblem when it is no whole map. */
export function readMap(body: ArrayBuffer): RunMap {
  const view = new DataView(body);
  const magic = String.fromCharCode(...new Uint8Array(body, 0, Math.min(4, body.byteLength)));
  if (magic !== MAGIC) throw unread("The answer is not a map.");
  if (body.byteLength < HEADER_BYTES) throw unread("The map is cut off.");
  const version = view.getUint16(4, true);
  if (version !== VERSION)
    throw unread(`The map has form ${version}, this page reads ${VERSION}. Reload the page.`);
  const segments = view.getUint16(6, true);
  const count = view.getUint32(8, true);
  const explained = view.getFloat32(28, true);
  if (body.byteLength !== HEADER_BYTES + POINT_BYTES * count)
    throw unread("The map does not have the length that it says.");
  const group = new Uint8Array(body, HEADER_BYTES + 4 * count, count);
  if (
    !(explained >= 0 && explained <= 1) ||
    group.some((segment) => segment >= segments && segment !== NO_SEGMENT)
  )
    throw unread("The map has values that cannot be.");
  return {
    points: {
      x: columnOf(view, HEADER_BYTES, count, 12),
      y: columnOf(view, HEADER_BYTES + 2 * count, count, 20),
      group,
    },
    explained,
  };
}

/** `count` steps at `at`, as coordinates between the two ends that stand at `ends`. */
function columnOf(view: DataView, at: number, count: number, ends: number): Float32Array {
  const min = view.getFloat32(ends, true);
  const max = view.getFloat32(ends + 4, true);
  if (!Number.isFinite(max - min) || min > max) throw unread("The map has values that cannot be.");
  const step = (max - min) / STEPS;
  const column = new Float32Array(count);
  for (let i = 0; i < count; ++i) column[i] = min + step * view.getUint16(at + 2 * i, true);
  return column;
}

function unread(detail: string): ApiProblem {
  return new ApiProblem({ kind: "server", body: { detail } });
}
