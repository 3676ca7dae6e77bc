import { Button } from "./Button";
import type { Clash } from "./clash";
import { Dialog } from "./Dialog";
import { Difference } from "./Difference";

/** Two versions of one object, field by field, when somebody else saved first. */
export function ConflictDialog(props: {
  /** "text", "document". */
  subject: string;
  /** Of theirs. */
  version: number;
  clashes: readonly Clash[];
  isPending: boolean;
  onClose: () => void;
  onKeepYours: () => void;
  onKeepTheirs: () => void;
}) {
  const { subject, version, clashes, isPending, onClose, onKeepYours, onKeepTheirs } = props;
  return (
    <Dialog
      title={`Somebody else changed this ${subject}`}
      isOpen
      isWide
      onClose={onClose}
      footer={
        <>
          <Button onPress={onKeepTheirs}>Keep theirs</Button>
          <Button variant="primary" onPress={onKeepYours} isPending={isPending}>
            Save yours over it
          </Button>
        </>
      }
    >
      <p>
        Nothing was saved; theirs is version {version}. Keep it, or save what you changed over it:
        what you left alone stays as they have it.
      </p>
      {clashes.length === 0 ? <p>Both versions say the same.</p> : null}
      {clashes.map((clash) => (
        <section key={clash.field} className="clash" aria-label={clash.field}>
          <h3>
            {clash.field}
            {clash.isBoth ? <span className="dim">, changed by both</span> : null}
          </h3>
          <div className="versions">
            <div>
              <span className="label">Theirs</span>
              <p className="kept-lines">{clash.theirs || "Nothing"}</p>
            </div>
            <div>
              <span className="label">Yours, with what differs</span>
              <Difference before={clash.theirs} after={clash.yours} />
            </div>
          </div>
        </section>
      ))}
    </Dialog>
  );
}
