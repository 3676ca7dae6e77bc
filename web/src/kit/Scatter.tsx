import { Lasso, Minus, Plus } from "lucide-react";
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
} from "react";
import { ToggleButton } from "react-aria-components";
import { Button } from "./Button";
import type { Place, Polygon } from "./lasso";
import { Mark } from "./Mark";
import { count, percent } from "./numbers";
import type { Label } from "./scatterDraw";
import { ScatterMap } from "./scatterMap";
import { ScrollTable } from "./ScrollTable";
import { middles, panned, zoomed, type Points, type Size, type View } from "./scatterMath";

const REACH_PX = 14;
const KEY_REACH_PX = 56;
/** A lasso gets a corner each so many pixels. */
const LASSO_STEP_PX = 3;
const LASSO_CORNERS_MIN = 3;
const KEY_PAN_PX = 40;
const KEY_ZOOM = 1.4;

export interface ScatterGroup {
  name: string;
  mark: number;
  count: number;
}

export interface ScatterProps {
  points: Points;
  groups: readonly ScatterGroup[];
  /** The finding, for those who do not see the picture. */
  label: string;
  hidden: ReadonlySet<number>;
  onHide: (hidden: ReadonlySet<number>) => void;
  /** The group that the page is about: drawn last, its name first. */
  front?: number | null;
  /** What one point is, for the tooltip. */
  describe: (index: number) => ReactNode;
  /** Around what is selected; with `onLasso` one can be drawn, and Escape clears it. */
  lasso?: Polygon | null;
  onLasso?: (lasso: Polygon | null) => void;
  /** Below the picture: what a point is and what the axes keep. */
  note?: ReactNode;
}

/**
 * A map of up to a hundred thousand points. Pixels are written straight into the canvas, so it needs
 * no GPU. Drag or arrows move it, a drag with Shift or with the lasso on selects, the buttons, + − and Ctrl with the wheel zoom, 0 shows all; with
 * the keys the point nearest to the middle is read out.
 */
export function Scatter(props: ScatterProps) {
  const { points, groups, label, hidden, onHide, front = null, describe, note, onLasso } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const centres = useMemo(() => middles(points, groups.length), [points, groups.length]);
  const map = useMap(canvas, props, centres);
  const [tip, setTip] = useState<Tip | null>(null);
  const drag = useRef<{ x: number; y: number } | null>(null);
  const drawing = useLasso(map, props);

  const point = useCallback(
    (px: number, py: number, isByKey: boolean) => {
      const at = map.pointAt(px, py, isByKey ? KEY_REACH_PX : REACH_PX);
      setTip(at ? { ...at, isByKey } : null);
    },
    [map],
  );
  const unpoint = useCallback(() => {
    map.setRing(-1);
    setTip(null);
  }, [map]);
  const show = useCallback(
    (change: (view: View, size: Size, home: View) => View, isByKey = false) => {
      map.change(change);
      if (isByKey) point(...map.middle, true);
      else unpoint();
    },
    [map, point, unpoint],
  );
  useWheel(canvas, show);

  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pans: Record<string, [number, number]> = {
      ArrowLeft: [KEY_PAN_PX, 0],
      ArrowRight: [-KEY_PAN_PX, 0],
      ArrowUp: [0, KEY_PAN_PX],
      ArrowDown: [0, -KEY_PAN_PX],
    };
    const pan = pans[event.key];
    if (pan) show((view) => panned(view, pan[0], pan[1]), true);
    else if (event.key === "+" || event.key === "=")
      show((view, size, home) => zoomed(view, size, home, KEY_ZOOM), true);
    else if (event.key === "-")
      show((view, size, home) => zoomed(view, size, home, 1 / KEY_ZOOM), true);
    else if (event.key === "0") show((_view, _size, home) => home, true);
    else if (event.key === "Escape" && (tip || drawing.isOn || props.lasso)) {
      event.stopPropagation();
      unpoint();
      drawing.clear();
    } else return;
    event.preventDefault();
  };
  const move = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const { x, y } = { x: event.clientX - box.left, y: event.clientY - box.top };
    if (drawing.move(x, y)) return;
    const from = drag.current;
    if (!from) return point(x, y, false);
    drag.current = { x, y };
    show((view) => panned(view, x - from.x, y - from.y));
  };
  const grab = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const { x, y } = { x: event.clientX - box.left, y: event.clientY - box.top };
    if (drawing.isOn || (onLasso && event.shiftKey)) {
      unpoint();
      drawing.begin(x, y);
    } else drag.current = { x, y };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const release = () => {
    drag.current = null;
    drawing.end();
  };
  return (
    <div className="scatter">
      {/* The picture takes keys of its own, which it names; the table below says the same. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="scatter-box"
        role="group"
        aria-label="Map. Arrows move it, plus and minus zoom, 0 shows all."
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onKeyDown={press}
        onBlur={unpoint}
      >
        <canvas
          ref={canvas}
          role="img"
          aria-label={label}
          data-lasso={drawing.isOn || undefined}
          onPointerDown={grab}
          onPointerMove={move}
          onPointerUp={release}
          onPointerCancel={release}
          onPointerLeave={unpoint}
        />
        <div className="scatter-tools">
          {onLasso ? (
            <ToggleButton
              className="btn square"
              aria-label="Lasso: drag around customers"
              isSelected={drawing.isOn}
              onChange={drawing.setOn}
            >
              <Lasso className="icon" aria-hidden />
            </ToggleButton>
          ) : null}
          <Button
            className="square"
            aria-label="Zoom in"
            onPress={() => show((view, size, home) => zoomed(view, size, home, KEY_ZOOM))}
          >
            <Plus className="icon" aria-hidden />
          </Button>
          <Button
            className="square"
            aria-label="Zoom out"
            onPress={() => show((view, size, home) => zoomed(view, size, home, 1 / KEY_ZOOM))}
          >
            <Minus className="icon" aria-hidden />
          </Button>
          <Button onPress={() => show((_view, _size, home) => home)}>Reset</Button>
        </div>
        {tip ? (
          <div
            className={tip.isRight ? "scatter-tip left" : "scatter-tip"}
            style={{ left: tip.left, top: tip.top }}
          >
            {describe(tip.index)}
          </div>
        ) : null}
        <span className="sr" role="status">
          {tip?.isByKey ? describe(tip.index) : null}
        </span>
      </div>
      {note ? <p className="scatter-note">{note}</p> : null}
      <Legend groups={groups} hidden={hidden} onHide={onHide} front={front} />
      <GroupTable groups={groups} centres={centres} />
    </div>
  );
}

/** The middle of each group; null for one without points. */
type Centres = readonly ([number, number] | null)[];

interface Tip {
  index: number;
  left: number;
  top: number;
  isByKey: boolean;
  isRight: boolean;
}

/** The map of a canvas, which shows what the props say. */
function useMap(
  canvas: RefObject<HTMLCanvasElement | null>,
  props: ScatterProps,
  centres: Centres,
) {
  const { points, groups, hidden, front = null } = props;
  const [map] = useState(() => new ScatterMap());
  useLayoutEffect(() => {
    const marks = groups.map((group) => group.mark);
    const labels = labelsOf(groups, centres, hidden, front);
    map.setShown({ points, marks, hidden, front, labels });
  }, [map, points, groups, centres, hidden, front]);
  useLayoutEffect(() => (canvas.current ? map.attach(canvas.current) : undefined), [map, canvas]);
  return map;
}

/** A lasso that is being drawn; what it holds once it is closed is the page's. */
function useLasso(map: ScatterMap, { lasso = null, onLasso }: ScatterProps) {
  const [isOn, setOn] = useState(false);
  const path = useRef<{ places: Place[]; x: number; y: number } | null>(null);
  useLayoutEffect(() => map.setLasso(lasso), [map, lasso]);
  return {
    isOn,
    setOn,
    begin: (x: number, y: number) => {
      path.current = { places: [map.placeAt(x, y)], x, y };
    },
    /** Is one being drawn? */
    move: (x: number, y: number): boolean => {
      const drawn = path.current;
      if (!drawn) return false;
      if (Math.hypot(x - drawn.x, y - drawn.y) >= LASSO_STEP_PX) {
        path.current = { places: [...drawn.places, map.placeAt(x, y)], x, y };
        map.setLasso(path.current.places);
      }
      return true;
    },
    end: () => {
      const places = path.current?.places;
      path.current = null;
      if (!places) return;
      if (places.length >= LASSO_CORNERS_MIN) onLasso?.(places);
      else map.setLasso(lasso);
      setOn(false);
    },
    clear: () => {
      path.current = null;
      map.setLasso(null);
      setOn(false);
      if (lasso) onLasso?.(null);
    },
  };
}

/** Ctrl with the wheel zooms, as on maps; the wheel alone scrolls the page. */
function useWheel(
  canvas: RefObject<HTMLCanvasElement | null>,
  show: (change: (view: View, size: Size, home: View) => View) => void,
) {
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const turn = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const about = [event.clientX - box.left, event.clientY - box.top] as const;
      const factor = Math.exp(-event.deltaY / 300);
      show((view, size, home) => zoomed(view, size, home, factor, about));
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, [canvas, show]);
}

/** Names before the comma are strong, what follows stands below; the front group comes first. */
function labelsOf(
  groups: readonly ScatterGroup[],
  centres: Centres,
  hidden: ReadonlySet<number>,
  front: number | null,
): Label[] {
  const order = groups.map((_, group) => group);
  if (front !== null) order.sort((a, b) => Number(b === front) - Number(a === front));
  return order.flatMap((group) => {
    const at = centres[group];
    const name = groups[group]?.name;
    if (!at || name === undefined || hidden.has(group)) return [];
    return [
      {
        lines: name.split(/, (.*)/, 2),
        at,
        isStrong: group === front,
        isQuiet: front !== null && group !== front,
      },
    ];
  });
}

function Legend(props: {
  groups: readonly ScatterGroup[];
  hidden: ReadonlySet<number>;
  onHide: (hidden: ReadonlySet<number>) => void;
  front: number | null;
}) {
  const { groups, hidden, onHide, front } = props;
  const toggle = (group: number) => {
    const next = new Set(hidden);
    if (!next.delete(group)) next.add(group);
    onHide(next);
  };
  return (
    <div className="scatter-legend" role="group" aria-label="Shown on the map">
      {groups.map((group, index) => (
        <button
          key={group.name}
          type="button"
          className="toggle"
          aria-pressed={!hidden.has(index)}
          data-front={index === front || undefined}
          onClick={() => toggle(index)}
        >
          <Mark index={group.mark} />
          <span className="words">{group.name}</span>
          <span className="n">{count(group.count)}</span>
        </button>
      ))}
      {hidden.size > 0 ? (
        <Button variant="quiet" size="small" onPress={() => onHide(new Set())}>
          Show all
        </Button>
      ) : null}
    </div>
  );
}

/** What the picture shows, in figures. */
function GroupTable({ groups, centres }: { groups: readonly ScatterGroup[]; centres: Centres }) {
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  return (
    <details className="data scatter-data">
      <summary>View as table</summary>
      <ScrollTable
        label="Map as table"
        caption="Groups of the map with their middles"
        headers={["Segment", "Customers", "Share", "Middle across", "Middle up"]}
        numbersFrom={1}
      >
        {groups.map((group, index) => (
          <tr key={group.name}>
            <th scope="row">{group.name}</th>
            <td className="num">{count(group.count)}</td>
            <td className="num">{percent(total > 0 ? group.count / total : 0)}</td>
            <td className="num">{centres[index]?.[0].toFixed(2) ?? "none"}</td>
            <td className="num">{centres[index]?.[1].toFixed(2) ?? "none"}</td>
          </tr>
        ))}
      </ScrollTable>
    </details>
  );
}
