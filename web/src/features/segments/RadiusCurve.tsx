import { useId } from "react";
import { count } from "../../kit";
import type { Density } from "./runs";

const WIDTH = 320;
const HEIGHT = 140;

/**
 * How far each customer has to look for enough others, farthest first, and where the radius cuts
 * that: to its left customers lie apart, to its right in dense places.
 */
export function RadiusCurve({ density, eps }: { density: Density; eps: number }) {
  const title = useId();
  const { distances, minPoints, isChosen } = density;
  const most = Math.max(eps, distances[0] ?? 0);
  if (distances.length < 2 || !(most > 0)) return null;
  const x = (at: number) => (WIDTH * at) / (distances.length - 1);
  const y = (distance: number) => HEIGHT * (1 - distance / most);
  const line = distances.map((distance, at) => `${x(at).toFixed(1)},${y(distance).toFixed(1)}`);
  const apart = distances.filter((distance) => distance > eps).length / distances.length;
  return (
    <figure className="radius-curve">
      <figcaption id={title} className="small">
        Distance to the {minPoints} nearest customers, from {(distances[0] ?? 0).toPrecision(3)}{" "}
        down. The line is the radius {eps.toPrecision(3)}
        {isChosen ? ", where the curve bends" : ""}: {count(Math.round(100 * apart))} % of the
        customers lie farther apart than that.
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-labelledby={title}
      >
        <polyline points={line.join(" ")} />
        <line className="radius" x1={0} x2={WIDTH} y1={y(eps)} y2={y(eps)} />
      </svg>
    </figure>
  );
}
