import type { Analysis } from "../api/client";
import { armIndex, hasColour, leadingRow, nameOfKey, rowVerdict } from "../api/verdict";
import { IntervalBar } from "./IntervalRow";
import type { Axis, Interval } from "./interval";
import { Mark } from "./Mark";
import { points } from "./numbers";

/** The interval of the leading arm on the primary metric; null without figures or for a mean. */
export function leadingOf(analysis: Analysis | null): Interval | null {
  const row = analysis ? leadingRow(analysis) : null;
  if (!row || row.kind === "mean" || row.adjusted_low === null) return null;
  return { low: row.adjusted_low, at: row.difference, high: row.adjusted_high };
}

/** The leading arm in a row of a list: mark, name, interval, and its figures in words. */
export function LeadingInterval(props: {
  axis: Axis;
  analysis: Analysis | null;
  arms: readonly string[];
}) {
  const { axis, analysis, arms } = props;
  const row = analysis ? leadingRow(analysis) : null;
  const interval = leadingOf(analysis);
  if (!analysis || !row || !interval) return <span className="faint">None yet</span>;
  const index = armIndex(arms, analysis.control, row.arm);
  const name = nameOfKey(row.arm);
  const between = `${points(interval.low ?? 0)} to ${points(interval.high ?? 0)}`;
  return (
    <span className="lead-arm">
      <span className="named">
        <Mark index={index} />
        {name}
      </span>
      <span className="num small">{points(interval.at ?? 0)}</span>
      <IntervalBar
        axis={axis}
        interval={interval}
        index={index}
        isGrey={!hasColour(rowVerdict(analysis, row))}
        label={`${name}: difference ${points(interval.at ?? 0)} points, interval ${between}`}
        isMini
      />
    </span>
  );
}
