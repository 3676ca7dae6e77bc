import type { AuditEntry } from "../../api/client";
import { Facts, moment, Peek } from "../../kit";
import { changesOf, type FieldChange } from "./changes";

interface Props {
  entry: AuditEntry;
  nameOf: (id: string) => string;
  onClose: () => void;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
}

/** One entry: who, from which request, and what became of each field. */
export function AuditPeek({ entry, nameOf, ...around }: Props) {
  const changes = changesOf(entry.data);
  return (
    <Peek {...around} label={`Audit entry ${entry.number}`} title={`Entry ${entry.number}`}>
      <div className="block">
        <Facts
          items={[
            ["Action", entry.action],
            ["Actor", `${nameOf(entry.actor.person)} (${entry.actor.kind})`],
            ["When", moment(new Date(entry.at))],
            ["Object", entry.object_type.replaceAll("_", " ")],
            ["Its id", <code key="object">{entry.object}</code>],
            ["Request", entry.actor.request_id ? <code>{entry.actor.request_id}</code> : null],
          ]}
        />
      </div>
      <div className="block">
        <h3>What changed</h3>
        {changes.length === 0 ? (
          <p className="dim">This action carries no fields.</p>
        ) : (
          <ul className="changes">
            {changes.map((change) => (
              <Change key={change.field} change={change} />
            ))}
          </ul>
        )}
      </div>
      <div className="block">
        <h3>Chain</h3>
        <Facts
          items={[
            ["Before", <code key="before">{entry.previous_hash}</code>],
            ["This entry", <code key="hash">{entry.hash}</code>],
          ]}
        />
      </div>
    </Peek>
  );
}

function Change({ change }: { change: FieldChange }) {
  return (
    <li>
      <b>{change.field.replaceAll("_", " ")}</b>
      {change.before === undefined ? null : (
        <p className="before">
          <span className="sr">Before: </span>
          <del>{change.before}</del>
        </p>
      )}
      <p className="after">
        {change.before === undefined ? null : <span className="sr">After: </span>}
        {change.after}
      </p>
    </li>
  );
}
