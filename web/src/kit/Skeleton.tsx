/** Ruled rows of the height of table rows; the widths repeat, nothing moves. */
export function SkeletonRows({ rows = 5 }: { rows?: number }) {
  return (
    <ul className="rows">
      {Array.from({ length: rows }, (_, row) => (
        <li key={row}>
          <span className={`skeleton skeleton-${row % 5}`} />
          <span className="skeleton w-16 ml-auto" />
        </li>
      ))}
    </ul>
  );
}

/** A few lines of text that are still to come. */
export function SkeletonText({ lines = 3 }: { lines?: number }) {
  return (
    <div className="grid gap-3 p-4">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className={`skeleton ${line === lines - 1 ? "w-1/2" : "w-full"}`} />
      ))}
    </div>
  );
}
