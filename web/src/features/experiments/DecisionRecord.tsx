import { useQuery } from "@tanstack/react-query";
import type { Experiment, Results } from "../../api/client";
import { listAuditOptions } from "../../api/client/@tanstack/react-query.gen";
import { Facts, LOCALE, PanelState, SkeletonText, StatusOf, statusOf } from "../../kit";
import { useCan } from "../../shell/session";
import { usePeople } from "../../shell/usePeople";
import { ArmName } from "./ArmName";

const MOVES_MAX = 100;
const HASH_SHOWN = 12;

/** What was agreed, what the results say, what was decided. Fills itself. */
export function DecisionRecord(props: { experiment: Experiment; results: Results }) {
  const { experiment, results } = props;
  const { analysis } = results;
  const nameOf = usePeople();
  return (
    <div className="record">
      <Facts
        items={[
          ["Made", `${dateOf(experiment.created_at)} by ${nameOf(experiment.created_by)}`],
          ["Started", experiment.started_at ? dateOf(experiment.started_at) : "Not yet"],
          ["Stopped", experiment.stopped_at ? dateOf(experiment.stopped_at) : "Not yet"],
          [
            "Shipped",
            experiment.shipped_arm ? (
              <ArmName experiment={experiment} arm={experiment.shipped_arm} />
            ) : (
              "Not yet"
            ),
          ],
        ]}
      />
      <Facts
        items={[
          [
            "Results say",
            experiment.state === "draft" ? (
              "Nothing yet"
            ) : (
              <StatusOf key="advice" status={statusOf.advice(analysis.advice)} />
            ),
          ],
          [
            "For arm",
            analysis.winner ? <ArmName experiment={experiment} arm={analysis.winner} /> : null,
          ],
          [
            "Snapshot",
            results.snapshot ? (
              <code title={results.snapshot}>{results.snapshot.slice(0, HASH_SHOWN)}</code>
            ) : null,
          ],
        ]}
      />
      {useCan("admin") ? <Moves id={experiment.id} /> : null}
    </div>
  );
}

interface MoveData {
  before: string;
  after: string;
  reason?: string;
}

/** The moves with their reasons, out of the audit log. */
function Moves({ id }: { id: string }) {
  const nameOf = usePeople();
  const query = useQuery(
    listAuditOptions({ query: { object_type: "experiment", object: id, limit: MOVES_MAX } }),
  );
  return (
    <PanelState query={query} subject="The moves" skeleton={<SkeletonText lines={2} />}>
      {({ items }) => {
        const moves = items.filter(({ data }) => "after" in data && "reason" in data);
        if (moves.length === 0) return null;
        return (
          <ol className="moves" aria-label="Moves, newest first">
            {moves.map((entry) => {
              const data = entry.data as unknown as MoveData;
              return (
                <li key={entry.number}>
                  <span className="faint nowrap">{dateOf(entry.at)}</span>
                  <span>
                    {nameOf(entry.actor.person)}: {data.before} to <b>{data.after}</b>
                    {data.reason ? <q className="reason">{data.reason}</q> : null}
                  </span>
                </li>
              );
            })}
          </ol>
        );
      }}
    </PanelState>
  );
}

export function dateOf(at: string): string {
  return new Date(at).toLocaleString(LOCALE, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
}
