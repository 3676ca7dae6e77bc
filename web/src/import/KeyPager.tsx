import { Button } from "../kit";

/**
 * Neighbouring pages of a list that is ordered by id, largest first. `previous` and `next` are the
 * cursors of the answer; `onMove` gets what belongs into the address.
 */
export function KeyPager(props: {
  previous: string | null;
  next: string | null;
  isFirst: boolean;
  onMove: (to: { before: string | null; after: string | null }) => void;
}) {
  const { previous, next, isFirst, onMove } = props;
  if (previous === null && next === null && isFirst) return null;
  return (
    <nav className="pager" aria-label="Pages">
      {isFirst ? null : (
        <Button size="small" onPress={() => onMove({ before: null, after: null })}>
          First
        </Button>
      )}
      {previous === null ? null : (
        <Button size="small" onPress={() => onMove({ after: previous, before: null })}>
          Previous
        </Button>
      )}
      {next === null ? null : (
        <Button size="small" onPress={() => onMove({ before: next, after: null })}>
          Next
        </Button>
      )}
    </nav>
  );
}
