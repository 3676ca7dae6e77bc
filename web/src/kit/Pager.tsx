import { Button } from "./Button";

/**
 * Neighbouring pages of a list by key. `newer` and `older` are the cursors of the answer; `onFirst`
 * is given when the list does not show its newest page.
 */
export function Pager(props: {
  newer: string | null;
  older: string | null;
  onNewer: (cursor: string) => void;
  onOlder: (cursor: string) => void;
  onFirst?: (() => void) | undefined;
}) {
  const { newer, older, onNewer, onOlder, onFirst } = props;
  if (newer === null && older === null && !onFirst) return null;
  return (
    <nav className="pager" aria-label="Pages">
      {onFirst ? (
        <Button size="small" onPress={onFirst}>
          Newest
        </Button>
      ) : null}
      {newer === null ? null : (
        <Button size="small" onPress={() => onNewer(newer)}>
          Newer
        </Button>
      )}
      {older === null ? null : (
        <Button size="small" onPress={() => onOlder(older)}>
          Older
        </Button>
      )}
    </nav>
  );
}
