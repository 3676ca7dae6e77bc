import { useQuery } from "@tanstack/react-query";
import { parseAsArrayOf, parseAsInteger, useQueryState } from "nuqs";
import { useMemo, useState } from "react";
import type { Segment } from "../../api/client";
import { Panel, PanelState, percent } from "../../kit";
import { heldBy, type Polygon } from "../../kit/lasso";
// Not through the index: only this screen loads it.
import { Scatter } from "../../kit/Scatter";
import { mapOptions, NO_SEGMENT, type RunMap } from "./mapBytes";
import { findingOf, groupOf, groupsOf, pointsOf } from "./runs";
import { BoxFields, FIRST_MAX, Selection } from "./Selection";

const HIDE = parseAsArrayOf(parseAsInteger).withDefault([]);

/** All customers of a run on paper; the hidden segments stand in the address. */
export function CustomerMap(props: {
  run: string;
  segments: readonly Segment[];
  /** Customers of the run in no segment. */
  noise?: number | undefined;
  front?: number;
}) {
  const { run, segments, noise = 0, front } = props;
  const query = useQuery(mapOptions(run));
  return (
    <Panel title="Map" aside="One point is one customer">
      <PanelState
        query={query}
        subject="The map"
        isEmpty={(map) => map.points.x.length === 0}
        empty={{ text: "This run has no customers to draw." }}
        skeleton={<div className="map-skeleton skeleton" />}
      >
        {(map) => (
          <Drawn run={run} map={map} segments={segments} noise={noise} front={front ?? null} />
        )}
      </PanelState>
    </Panel>
  );
}

/** How many points each group has, 0 … 255. */
function countsOf(groups: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  for (const group of groups) counts[group]! += 1;
  return counts;
}

function Drawn(props: {
  run: string;
  map: RunMap;
  segments: readonly Segment[];
  noise: number;
  front: number | null;
}) {
  const { map, segments } = props;
  // The run may come after its map, or not at all: who is drawn in no segment is counted then.
  const drawn = useMemo(() => countsOf(map.points.group), [map.points.group]);
  const noise = Math.max(props.noise, drawn[NO_SEGMENT] ?? 0);
  const [hide, setHide] = useQueryState("hide", HIDE);
  const points = useMemo(
    () => pointsOf(map.points, segments.length),
    [map.points, segments.length],
  );
  const groups = useMemo(() => groupsOf(segments, noise), [segments, noise]);
  const hidden = useMemo(() => new Set(hide), [hide]);
  const front = props.front === null ? null : groupOf(props.front, segments.length);
  const total = segments.reduce((sum, segment) => sum + segment.size, noise);
  const isSample = points.x.length < total;
  const [lasso, setLasso] = useState<Polygon | null>(null);
  const held = useMemo(() => {
    if (!lasso) return null;
    const isShown = (segment: number) =>
      !hidden.has(segment === NO_SEGMENT ? groups.length - 1 : groupOf(segment, segments.length));
    return heldBy(lasso, map.points, isShown, FIRST_MAX);
  }, [lasso, map.points, hidden, groups.length, segments.length]);
  return (
    <>
      <Scatter
        points={points}
        groups={groups}
        label={findingOf(segments, noise)}
        hidden={hidden}
        onHide={(next) => void setHide(next.size > 0 ? [...next].sort((a, b) => a - b) : null)}
        front={front}
        lasso={lasso}
        onLasso={setLasso}
        describe={(index) =>
          map.points.group[index] === NO_SEGMENT
            ? "A customer in no segment"
            : `A customer of ${groups[points.group[index] ?? 0]?.name ?? "no segment"}`
        }
        note={
          <>
            Near means alike. The two axes keep {percent(map.explained, 0)} of the differences
            {isSample ? "; evenly thinned out, because there are too many to draw" : ""}. Arrows
            move, + and − zoom, 0 resets. A drag with Shift or with the lasso selects, Escape
            clears.
          </>
        }
      />
      <div className="scatter-selection">
        <BoxFields onSelect={setLasso} />
        {held ? (
          <Selection
            run={props.run}
            held={held}
            drawn={drawn}
            segments={segments}
            customers={total}
            onClear={() => setLasso(null)}
          />
        ) : null}
      </div>
    </>
  );
}
