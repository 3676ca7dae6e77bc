import {
  CartesianGrid,
  Line,
  LineChart,
  Tooltip,
  XAxis,
  YAxis,
  type DotItemDotProps,
  type TooltipContentProps,
} from "recharts";
import type { LinesProps } from "./Lines";
import { armClass, Mark, MARK_DASHES, markPath } from "./Mark";
import { count } from "./numbers";

const MARK_SIZE = 14;
/** So many marks are spread over a line; up to twice as many points all have theirs. */
const MARKS = 6;
const TICK_GAP_MIN = 24;

/** The drawing of `Lines`; the only file that imports Recharts, so that no screen loads it at once. */
export default function RechartsLines({ label, series, points }: LinesProps) {
  const rows = points.map((_, at) => ({ at, values: series.map((each) => each.values[at] ?? 0) }));
  const tip = ({ active, label: at }: TooltipContentProps) =>
    active ? <Tip series={series} name={points[Number(at)]?.name ?? ""} at={Number(at)} /> : null;
  return (
    <LineChart
      data={rows}
      responsive
      className="lines-space"
      margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
      aria-label={label}
    >
      <CartesianGrid vertical={false} />
      <XAxis
        dataKey="at"
        tickFormatter={(at: number) => points[at]?.tick ?? ""}
        interval="preserveStartEnd"
        minTickGap={TICK_GAP_MIN}
        tickLine={false}
      />
      <YAxis
        width="auto"
        allowDecimals={false}
        tickFormatter={count}
        tickLine={false}
        axisLine={false}
      />
      <Tooltip content={tip} cursor={{ className: "lines-cursor" }} isAnimationActive={false} />
      {series.map((each, place) => (
        <Line
          key={each.name}
          name={each.name}
          dataKey={(row: (typeof rows)[number]) => row.values[place]}
          className={armClass(each.index)}
          strokeDasharray={MARK_DASHES[each.index % MARK_DASHES.length] ?? ""}
          dot={(dot: DotItemDotProps) =>
            hasMark(dot.index, points.length, place / series.length) ? (
              <Dot key={dot.index} index={each.index} cx={dot.cx} cy={dot.cy} />
            ) : (
              <g key={dot.index} />
            )
          }
          activeDot={(dot: { cx?: number; cy?: number }) => (
            <Dot index={each.index} cx={dot.cx} cy={dot.cy} />
          )}
          isAnimationActive={false}
        />
      ))}
    </LineChart>
  );
}

/** Lines that lie on each other have their marks at different places: `shift` is 0 … 1 of a gap. */
function hasMark(at: number, points: number, shift: number): boolean {
  if (points <= 2 * MARKS) return true;
  const gap = points / MARKS;
  const place = Math.floor((at - shift * gap) / gap);
  return place >= 0 && at === Math.ceil(place * gap + shift * gap);
}

function Dot(props: { index: number; cx?: number | undefined; cy?: number | undefined }) {
  const { index, cx = 0, cy = 0 } = props;
  return (
    // Recharts puts the dots outside of the line and its class.
    <g className={armClass(index)}>
      <path
        className="mark"
        d={markPath(index)}
        transform={`translate(${cx - MARK_SIZE / 2} ${cy - MARK_SIZE / 2})`}
      />
    </g>
  );
}

/** The values under the pointer, or where the arrow keys stand. */
function Tip(props: { series: LinesProps["series"]; name: string; at: number }) {
  const { series, name, at } = props;
  return (
    <div className="lines-tip" role="status">
      <strong>{name}</strong>
      <ul>
        {series.map((each) => (
          <li key={each.name}>
            <span className="named">
              <Mark index={each.index} />
              {each.name}
            </span>
            <span className="num">{count(each.values[at] ?? 0)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
