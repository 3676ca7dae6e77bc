import { lazy, Suspense, type ComponentType } from "react";

export interface LineSeries {
  name: string;
  /** Chooses shape, colour and dashes, as of a `Mark`. */
  index: number;
  /** One a point. */
  values: readonly number[];
}

export interface LinesProps {
  /** What the chart shows, as a finding: its accessible name. */
  label: string;
  series: readonly LineSeries[];
  /** Where the values stand, at equal distances: words of the axis, and in full. */
  points: readonly { tick: string; name: string }[];
}

const Drawing = lazy<ComponentType<LinesProps>>(() =>
  import("./RechartsLines").catch(() => ({ default: NotLoaded })),
);

function NotLoaded() {
  return (
    <p className="dim">The chart could not be loaded. Its figures stand in the table below.</p>
  );
}

/**
 * Lines over time with whole numbers from zero up. Loaded when shown. Legend and table belong to it
 * and stand beside it: the names, and the same values for those who cannot see it.
 */
export function Lines(props: LinesProps) {
  return (
    <div className="lines">
      <Suspense fallback={<div className="lines-space skeleton" aria-hidden="true" />}>
        <Drawing {...props} />
      </Suspense>
    </div>
  );
}
