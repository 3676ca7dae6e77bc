/** The scale that all intervals of one unit share. Zero always lies on it. */
export interface Axis {
  low: number;
  high: number;
  ticks: readonly number[];
}

export interface Interval {
  low: number | null;
  at: number | null;
  high: number | null;
}

const STEPS = [1, 2, 5, 10] as const;
const TICKS_MAX = 6;

/**
 * The axis over all intervals: round ticks, at most six, zero among them. Without any figure it
 * reaches from -1 to 1, scaled by `least`, below which it never shrinks, so that noise looks small.
 */
export function axisOf(intervals: readonly Interval[], least: number): Axis {
  const ends = intervals
    .flatMap(({ low, at, high }) => [low, at, high])
    .filter((value) => value !== null && Number.isFinite(value)) as number[];
  const min = Math.min(0, ...ends);
  const max = Math.max(0, ...ends);
  const missing = Math.max(0, 2 * least - (max - min)) / 2;
  const step = stepOf(min - missing, max + missing);
  const first = Math.floor((min - missing) / step + 1e-9);
  const last = Math.ceil((max + missing) / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { low: first * step, high: last * step, ticks };
}

function stepOf(min: number, max: number): number {
  const rough = (max - min) / (TICKS_MAX - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  for (const factor of STEPS) {
    const step = factor * power;
    const tickCount = Math.ceil(max / step - 1e-9) - Math.floor(min / step + 1e-9) + 1;
    if (tickCount <= TICKS_MAX) return step;
  }
  return 20 * power;
}

/** Where a value lies on the axis, in percent from its left end, kept within it. */
export function percentOn(axis: Axis, value: number): number {
  const share = (value - axis.low) / (axis.high - axis.low);
  return Math.min(1, Math.max(0, share)) * 100;
}
