import clsx from "clsx";
import { percentOn, type Axis, type Interval } from "./interval";
import { armClass, markPath } from "./Mark";

const HEIGHT = 24;
const MINI_HEIGHT = 16;
const OVER = 10;
const TALL_OVER = 16; // Lines of the axis run through the padding of the rows, so that they join.

/**
 * One interval on a shared axis, in percent of the width, so that it stretches and its mark stays
 * round. Grey unless the verdict of the server gives the arm its colour. `label` says all numbers.
 */
export function IntervalBar(props: {
  axis: Axis;
  interval: Interval;
  /** Which arm: shape and colour; 0 is control. */
  index: number;
  isGrey: boolean;
  label: string;
  /** Alone in its row: only the zero line, and no lines beyond it. */
  isMini?: boolean;
  /** In rows of two lines. */
  isTall?: boolean;
}) {
  const { axis, interval, index, isGrey, label, isMini, isTall } = props;
  const { low, at, high } = interval;
  const over = isMini ? 0 : isTall ? TALL_OVER : OVER;
  const height = isMini ? MINI_HEIGHT : HEIGHT;
  const middle = height / 2;
  return (
    <svg
      className={clsx("iv", isMini && "mini", isGrey ? "grey" : armClass(index))}
      role="img"
      aria-label={label}
      height={height}
    >
      {isMini
        ? null
        : axis.ticks.map((tick) => (
            <Line
              key={tick}
              name="grid"
              at={percentOn(axis, tick)}
              from={-over}
              to={height + over}
            />
          ))}
      <Line name="zero" at={percentOn(axis, 0)} from={-over} to={height + over} />
      {low === null || high === null ? null : (
        <line
          className="bar-line"
          x1={`${percentOn(axis, low)}%`}
          x2={`${percentOn(axis, high)}%`}
          y1={middle}
          y2={middle}
        />
      )}
      {at === null ? null : (
        <svg
          aria-hidden="true"
          x={`${percentOn(axis, at)}%`}
          y={middle}
          width="1"
          height="1"
          overflow="visible"
        >
          <path className="mark" transform="translate(-7 -7)" d={markPath(index)} />
        </svg>
      )}
    </svg>
  );
}

function Line(props: { name: string; at: number; from: number; to: number }) {
  const { name, at, from, to } = props;
  return <line className={name} x1={`${at}%`} x2={`${at}%`} y1={from} y2={to} />;
}

/** The numbers of an axis, above its rows. */
export function IntervalAxis({ axis, format }: { axis: Axis; format: (value: number) => string }) {
  const last = axis.ticks.length - 1;
  return (
    <svg className="iv axis" aria-hidden="true" height={20}>
      {axis.ticks.map((tick, index) => (
        <text
          key={tick}
          x={`${percentOn(axis, tick)}%`}
          y={14}
          textAnchor={index === 0 ? "start" : index === last ? "end" : "middle"}
        >
          {format(tick)}
        </text>
      ))}
    </svg>
  );
}
