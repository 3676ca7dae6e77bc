import { Button } from "./Button";

const BY_TIME = { first: "Newest", newer: "Newer", older: "Older" };
const BY_ID = { first: "First", newer: "Previous", older: "Next" };

/**
 * Neighbouring pages of a list by key. `newer` and `older` are the cursors of the answer; `onFirst`
 * is given when the list does not show its newest page. `order` says what the key stands for.
 */
export function Pager(props: {
  newer: string | null;
  older: string | null;
  onNewer: (cursor: string) => void;
  onOlder: (cursor: string) => void;
  onFirst?: (() => void) | undefined;
  order?: "time" | "id";
}) {
  const { newer, older, onNewer, onOlder, onFirst, order = "time" } = props;
  const words = order === "time" ? BY_TIME : BY_ID;
  if (newer === null && older === null && !onFirst) return null;
  return (
    <nav className="pager" aria-label="Pages">
      {onFirst ? (
        <Button size="small" onPress={onFirst}>
          {words.first}
        </Button>
      ) : null}
      {newer === null ? null : (
        <Button size="small" onPress={() => onNewer(newer)}>
          {words.newer}
        </Button>
      )}
      {older === null ? null : (
        <Button size="small" onPress={() => onOlder(older)}>
          {words.older}
        </Button>
      )}
    </nav>
  );
}
