/** The marks of arms and segments; 0, the circle, is always control. Never both kinds on one chart. */
export const MARK_NAMES = [
  "circle",
  "square",
  "triangle",
  "diamond",
  "cross",
  "hexagon",
  "bar",
] as const;
/** Dash patterns of the lines of the same arms, for stroke-dasharray. */
export const MARK_DASHES = ["", "6 3", "2 3", "8 3 2 3", "4 2", "10 4", "1 3"] as const;
const PATHS = [
  "M7 2a5 5 0 1 0 0 10A5 5 0 0 0 7 2z",
  "M2.2 2.2h9.6v9.6H2.2z",
  "M7 1.6 12.8 12H1.2z",
  "M7 .8 13.2 7 7 13.2.8 7z",
  "M5.2 1.5h3.6v3.7h3.7v3.6H8.8v3.7H5.2V8.8H1.5V5.2h3.7z",
  "M4.1 1.8h5.8L12.8 7l-2.9 5.2H4.1L1.2 7z",
  "M4.6 1h4.8v12H4.6z",
] as const;

/** Path of a mark in a box of 14 × 14. More than seven groups share the last one, "Other". */
export function markPath(index: number): string {
  return PATHS[Math.min(index, PATHS.length - 1)] ?? PATHS[0];
}

/** Class that sets --arm to the colour of an arm: a0 … a6. */
export function armClass(index: number): string {
  return `a${Math.min(index, PATHS.length - 1)}`;
}

/** Shape and colour of one arm or segment. Its name always stands beside it. */
export function Mark({ index }: { index: number }) {
  return (
    <svg className={`shape ${armClass(index)}`} viewBox="0 0 14 14" aria-hidden="true">
      <path d={markPath(index)} />
    </svg>
  );
}
