import { useQuery } from "@tanstack/react-query";
import { parseAsString, useQueryStates } from "nuqs";
import type { Import } from "../../api/client";
import { getJobOptions, listImportsOptions } from "../../api/client/@tanstack/react-query.gen";
import {
  Button,
  count,
  counted,
  DataTable,
  Pager,
  Panel,
  PanelState,
  Progress,
  RelativeTime,
  StatusOf,
  statusOf,
  type Column,
} from "../../kit";
import { useCan } from "../../shell/session";
import { rejectedUrl } from "../../import/ImportStatus";

const PAGE_SIZE = 20;
const PARSERS = { before: parseAsString, after: parseAsString };

/** Files that were imported, newest first, with what was read and what was not. */
export function ImportsPanel({ onUpload }: { onUpload: () => void }) {
  const canImport = useCan("editor");
  const [url, setUrl] = useQueryStates(PARSERS, { history: "push" });
  const query = useQuery(
    listImportsOptions({
      query: {
        limit: PAGE_SIZE,
        ...(url.before ? { before: url.before } : {}),
        ...(url.after ? { after: url.after } : {}),
      },
    }),
  );
  return (
    <Panel title="Imports" aside="Newest first">
      <PanelState
        query={query}
        subject="The imports"
        isEmpty={(page) => page.items.length === 0}
        empty={{
          text: "Nothing was imported yet. Each file of orders stands here with what was read of it.",
          action: canImport ? <Button onPress={onUpload}>Import a file</Button> : null,
        }}
      >
        {(page) => (
          <>
            <DataTable
              caption="Imports"
              columns={COLUMNS}
              rows={page.items}
              keyOf={(item) => item.id}
            />
            <Pager
              newer={page.previous}
              older={page.next}
              onNewer={(after) => void setUrl({ after, before: null })}
              onOlder={(before) => void setUrl({ before, after: null })}
              onFirst={url.before ? () => void setUrl({ before: null, after: null }) : undefined}
            />
          </>
        )}
      </PanelState>
    </Panel>
  );
}

/** What came of an import, in one or two lines. */
function Outcome({ item }: { item: Import }) {
  const isAtWork = item.state === "queued" || item.state === "running";
  const job = useQuery({ ...getJobOptions({ path: { job: item.job } }), enabled: isAtWork });
  if (isAtWork && job.data?.state === "running")
    return (
      <Progress
        label={`Import of ${item.file}`}
        done={job.data.progress.done}
        total={job.data.progress.total}
      />
    );
  if (isAtWork) return <span className="faint">Waits for a worker</span>;
  if (item.state === "failed")
    return <span className="bad">{item.error ?? "No cause was kept"}</span>;
  const aside = item.summary?.set_aside ?? [];
  return (
    <span className="two">
      <span>
        {counted(item.customers, "customer")}
        {item.totals ? `, ${counted(item.totals.purchase_orders, "order")}` : ""}
      </span>
      <span>
        {item.mode === "replace" ? "Replaced all customers" : "Added to those here"}
        {aside.map((each) => `; ${count(each.count)} lines set aside, ${each.reason}`)}
      </span>
    </span>
  );
}

const COLUMNS: readonly Column<Import>[] = [
  { id: "file", header: "File", cell: (item) => item.file || "Without a name", width: "24%" },
  {
    id: "state",
    header: "State",
    width: "12%",
    card: "aside",
    cell: (item) => <StatusOf status={statusOf.job(item.state)} />,
  },
  { id: "outcome", header: "What was read", cell: (item) => <Outcome item={item} /> },
  {
    id: "lines",
    header: "Lines",
    isNumber: true,
    width: "9%",
    cell: (item) => (item.summary ? count(item.summary.lines) : "not read"),
  },
  {
    id: "rejected",
    header: "Rejected",
    isNumber: true,
    width: "14%",
    cell: (item) => {
      const rejected = item.summary?.rejected_count ?? 0;
      if (rejected === 0) return item.summary ? "none" : "not read";
      return (
        <a
          href={rejectedUrl(item.id)}
          download
          aria-label={`Download ${count(rejected)} rejected lines of ${item.file}`}
        >
          {count(rejected)}, download
        </a>
      );
    },
  },
  {
    id: "at",
    header: "When",
    isNumber: true,
    width: "12%",
    cell: (item) => <RelativeTime at={item.created_at} />,
  },
];
