import { diffWords } from "diff";

/** What only the first has is struck, what only the second has is under a line. */
export function Difference({ before, after }: { before: string; after: string }) {
  return (
    <p className="kept-lines">
      {diffWords(before, after).map((part, index) => {
        // Parts of one comparison have no other name than their place.
        if (part.added)
          return (
            // oxlint-disable-next-line react/no-array-index-key
            <ins key={index}>{part.value}</ins>
          );
        if (part.removed)
          return (
            // oxlint-disable-next-line react/no-array-index-key
            <del key={index}>{part.value}</del>
          );
        // oxlint-disable-next-line react/no-array-index-key
        return <span key={index}>{part.value}</span>;
      })}
    </p>
  );
}
