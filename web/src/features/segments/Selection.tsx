import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Segment } from "../../api/client";
import { listMapCustomersOptions } from "../../api/client/@tanstack/react-query.gen";
import {
  Button,
  count,
  counted,
  Link,
  Mark,
  PanelState,
  percent,
  ScrollTable,
  segmentMark,
  SkeletonText,
  TextField,
} from "../../kit";
import { boxOf, type Held, type Polygon } from "../../kit/lasso";
import { hasFeature } from "..";
import { NO_SEGMENT } from "./mapBytes";

/** Customers that are named. */
export const FIRST_MAX = 20;

/** Who is inside the lasso: how many, of which segments, and the first of them by name. */
export function Selection(props: {
  run: string;
  held: Held;
  /** Points of each segment on the map. */
  drawn: Uint32Array;
  segments: readonly Segment[];
  /** Customers of the run; more than points where they were too many to draw. */
  customers: number;
  onClear: () => void;
}) {
  const { run, held, drawn, segments, customers, onClear } = props;
  const points = drawn.reduce((sum, each) => sum + each, 0);
  const rows = [
    ...segments.map((each) => ({ number: each.segment, name: each.name })),
    { number: NO_SEGMENT, name: "In no segment" },
  ].filter(({ number }) => (held.counts[number] ?? 0) > 0);
  return (
    <section className="selection grid gap-3" aria-label="Selected customers">
      <div className="actions">
        <p className="strong" role="status">
          {counted(held.count, "customer")} selected
          {points < customers ? `, of the ${count(points)} that are drawn` : ""}
        </p>
        <Button size="small" onPress={onClear}>
          Clear selection
        </Button>
      </div>
      {held.count > 0 ? (
        <>
          <ScrollTable
            label="Segments of the selection"
            caption="Segments of the selected customers"
            headers={["Segment", "Selected", "Of the selection", "Of the segment"]}
            numbersFrom={1}
          >
            {rows.map(({ number, name }) => {
              const selected = held.counts[number] ?? 0;
              return (
                <tr key={number}>
                  <th scope="row">
                    <span className="named">
                      <Mark index={segmentMark(number)} />
                      {name}
                    </span>
                  </th>
                  <td className="num">{count(selected)}</td>
                  <td className="num">{percent(selected / held.count)}</td>
                  <td className="num">{percent(selected / Math.max(drawn[number] ?? 0, 1))}</td>
                </tr>
              );
            })}
          </ScrollTable>
          <First run={run} held={held} />
        </>
      ) : null}
    </section>
  );
}

function First({ run, held }: { run: string; held: Held }) {
  const query = useQuery(
    listMapCustomersOptions({ path: { run }, query: { points: held.first.join(",") } }),
  );
  const more = held.count - held.first.length;
  return (
    <PanelState query={query} subject="The customers" skeleton={<SkeletonText lines={2} />}>
      {(list) => (
        <div className="small">
          <p className="dim">{more > 0 ? `The first ${held.first.length} of them` : "They are"}</p>
          <ul className="selection-ids">
            {list.items.map(({ point, id }) => (
              <li key={point}>
                {hasFeature("customers") ? (
                  <Link to={`/customers?customer=${encodeURIComponent(id)}`}>{id}</Link>
                ) : (
                  id
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
    </PanelState>
  );
}

const SIDES = ["Left", "Right", "Bottom", "Top"] as const;

/** The same without a drag: a box by its four sides, in the numbers of the map's table. */
export function BoxFields({ onSelect }: { onSelect: (box: Polygon) => void }) {
  const [sides, setSides] = useState<readonly string[]>(["", "", "", ""]);
  const [isAsked, setAsked] = useState(false);
  const numbers = sides.map((side) => (side.trim() === "" ? Number.NaN : Number(side)));
  const [left = Number.NaN, right = Number.NaN, bottom = Number.NaN, top = Number.NaN] = numbers;
  const wrong = (at: number) => {
    if (!isAsked) return undefined;
    if (!Number.isFinite(numbers[at])) return "A number, such as −1.5 or 2";
    if (at === 1 && left > right) return "Not left of the left side";
    if (at === 3 && bottom > top) return "Not below the bottom";
    return undefined;
  };
  const press = () => {
    setAsked(true);
    if (numbers.every(Number.isFinite) && left <= right && bottom <= top)
      onSelect(boxOf(left, right, bottom, top));
  };
  return (
    <details className="data">
      <summary>Select by numbers</summary>
      <div className="grid gap-2">
        <p className="small dim">A box on the map; its table has the middles of the segments.</p>
        <div className="selection-box">
          {SIDES.map((side, at) => (
            <TextField
              key={side}
              label={side}
              value={sides[at] ?? ""}
              onChange={(text) => setSides(sides.map((old, i) => (i === at ? text : old)))}
              inputMode="decimal"
              error={wrong(at)}
            />
          ))}
        </div>
        <div className="actions">
          <Button onPress={press}>Select</Button>
        </div>
      </div>
    </details>
  );
}
