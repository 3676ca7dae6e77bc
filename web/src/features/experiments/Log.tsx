import { useQuery } from "@tanstack/react-query";
import type { AuditEntry } from "../../api/client";
import { listAuditOptions } from "../../api/client/@tanstack/react-query.gen";
import { counted, DataTable, Link, Panel, PanelState, RelativeTime, type Column } from "../../kit";
import { useMissingPeople, usePeople } from "../../shell/usePeople";

const ENTRIES_MAX = 100;
const ACTIONS: Record<string, string> = {
  "experiment.create": "Drafted",
  "experiment.update": "Changed",
  "experiment.start": "Started",
  "experiment.pause": "Paused",
  "experiment.resume": "Resumed",
  "experiment.stop": "Stopped",
  "experiment.ship": "Shipped",
  "experiment.rollback": "Rolled back",
  "experiment.record_events": "Events recorded",
};

/** The audit entries of one experiment; only for those who may read the audit log. */
export function Log({ id }: { id: string }) {
  const nameOf = usePeople();
  const missing = useMissingPeople();
  const query = useQuery(
    listAuditOptions({ query: { object_type: "experiment", object: id, limit: ENTRIES_MAX } }),
  );
  const columns: readonly Column<AuditEntry>[] = [
    {
      id: "what",
      header: "What",
      width: "22%",
      cell: (entry) => ACTIONS[entry.action] ?? entry.action,
    },
    { id: "who", header: "Who", width: "20%", cell: (entry) => nameOf(entry.actor.person) },
    { id: "more", header: "With", cell: (entry) => <Words data={entry.data} /> },
    {
      id: "at",
      header: "When",
      width: "14%",
      isNumber: true,
      card: "aside",
      cell: (entry) => <RelativeTime at={entry.at} />,
    },
  ];
  return (
    <Panel
      title="Log"
      aside={<Link to={`/audit?object_type=experiment&object=${id}`}>Open in the audit log</Link>}
    >
      <PanelState
        query={query}
        subject="The log"
        isEmpty={(page) => page.items.length === 0}
        empty={{ text: "Nothing was written yet." }}
        missing={() => missing}
      >
        {(page) => (
          <DataTable
            caption="Changes to the experiment, newest first"
            columns={columns}
            rows={page.items}
            keyOf={(entry) => String(entry.number)}
          />
        )}
      </PanelState>
    </Panel>
  );
}

/** The parts of an entry that say something to a person. */
function Words({ data }: { data: Record<string, unknown> }) {
  const { before, after, reason, accepted } = data;
  const parts = [
    typeof before === "string" && typeof after === "string" ? `${before} to ${after}` : "",
    typeof accepted === "number" ? counted(accepted, "event") : "",
    typeof reason === "string" ? reason : "",
  ].filter((part) => part !== "");
  return <>{parts.join(": ")}</>;
}
