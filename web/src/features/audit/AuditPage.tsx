import { useQuery } from "@tanstack/react-query";
import { createSerializer, parseAsInteger, parseAsString, useQueryStates } from "nuqs";
import { useCallback, useState, type FormEvent } from "react";
import type { AuditEntry } from "../../api/client";
import { listAuditOptions } from "../../api/client/@tanstack/react-query.gen";
import {
  Button,
  DataTable,
  LiveChip,
  Pager,
  Panel,
  PanelState,
  PeekLayout,
  RelativeTime,
  TextField,
  type ActiveFilter,
  type Column,
} from "../../kit";
import { Page } from "../../shell/Page";
import { AuditPeek } from "./AuditPeek";
import { ChainCheck } from "./ChainCheck";
import { useMissingPeople, usePeople } from "../../shell/usePeople";

const PARSERS = {
  object_type: parseAsString,
  object: parseAsString,
  actor: parseAsString,
  before: parseAsInteger,
  entry: parseAsInteger,
};
const inUrl = createSerializer(PARSERS);
const PAGE_SIZE = 50;
const NO_FILTER = { object_type: null, object: null, actor: null, before: null };
const FILTER_WORDS = { object_type: "Kind of object", object: "Object", actor: "Actor" } as const;
type FilterKey = keyof typeof FILTER_WORDS;
const FILTER_KEYS = Object.keys(FILTER_WORDS) as FilterKey[];

/** Who did what, entry by entry, and whether the chain of entries is whole. */
export default function AuditPage() {
  const [url, setUrl] = useQueryStates(PARSERS, { history: "push" });
  const nameOf = usePeople();
  const missing = useMissingPeople();
  const chosen = FILTER_KEYS.filter((key) => url[key] !== null);
  const query = useQuery(
    listAuditOptions({
      query: {
        limit: PAGE_SIZE,
        ...(url.before === null ? {} : { before: url.before }),
        ...Object.fromEntries(chosen.map((key) => [key, url[key]])),
      },
    }),
  );
  const filters: ActiveFilter[] = chosen.map((key) => ({
    name: FILTER_WORDS[key],
    value: key === "actor" ? nameOf(url[key] ?? "") : (url[key] ?? ""),
    onRemove: () => void setUrl({ [key]: null, before: null }),
  }));
  const items = query.data?.items ?? [];
  const at = items.findIndex((entry) => entry.number === url.entry);
  const open = items[at];
  const close = useCallback(() => void setUrl({ entry: null }), [setUrl]);
  const step = (by: number) => {
    const next = items[at + by];
    return at >= 0 && next
      ? () => void setUrl({ entry: next.number }, { history: "replace" })
      : undefined;
  };
  return (
    <Page
      title="Audit"
      sub="Every change, in a chain in which no entry can be altered unseen"
      actions={<LiveChip />}
    >
      <PeekLayout
        list={
          <>
            <ChainCheck />
            <Panel title="Entries">
              <Filters
                key={chosen.map((key) => url[key]).join()}
                values={url}
                onChange={(next) => void setUrl({ ...next, before: null, entry: null })}
              />
              <PanelState
                query={query}
                subject="The audit entries"
                isEmpty={(page) => page.items.length === 0}
                empty={{ text: "No entry yet. The first change writes one." }}
                filters={filters}
                onClearFilters={() => void setUrl(NO_FILTER)}
                missing={() => missing}
              >
                {(page) => (
                  <>
                    <DataTable
                      caption="Audit entries, newest first"
                      columns={columnsOf(nameOf)}
                      rows={page.items}
                      keyOf={(entry) => String(entry.number)}
                      hrefOf={(entry) => inUrl({ ...url, entry: entry.number })}
                      openKey={url.entry === null ? null : String(url.entry)}
                      isCompact={open !== undefined}
                    />
                    <Pager
                      newer={null}
                      older={page.next === null ? null : String(page.next)}
                      onNewer={() => undefined}
                      onOlder={(cursor) => void setUrl({ before: Number(cursor) })}
                      onFirst={url.before ? () => void setUrl({ before: null }) : undefined}
                    />
                  </>
                )}
              </PanelState>
            </Panel>
          </>
        }
        peek={
          open ? (
            <AuditPeek
              entry={open}
              nameOf={nameOf}
              onClose={close}
              onPrevious={step(-1)}
              onNext={step(1)}
            />
          ) : null
        }
      />
    </Page>
  );
}

function Filters(props: {
  values: Record<FilterKey, string | null>;
  onChange: (next: Record<FilterKey, string | null>) => void;
}) {
  const { values, onChange } = props;
  const [draft, setDraft] = useState({
    object_type: values.object_type ?? "",
    object: values.object ?? "",
    actor: values.actor ?? "",
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange({
      object_type: draft.object_type.trim() || null,
      object: draft.object.trim() || null,
      actor: draft.actor.trim() || null,
    });
  };
  return (
    <form className="filter-form" onSubmit={submit} role="search" aria-label="Filter the entries">
      {FILTER_KEYS.map((key) => (
        <TextField
          key={key}
          label={FILTER_WORDS[key]}
          value={draft[key]}
          placeholder={key === "object_type" ? "variant" : "id"}
          onChange={(value) => setDraft((before) => ({ ...before, [key]: value }))}
        />
      ))}
      <div className="actions">
        <Button type="submit">Filter</Button>
        {Object.values(values).some((value) => typeof value === "string") ? (
          <Button
            variant="quiet"
            onPress={() => onChange({ object_type: null, object: null, actor: null })}
          >
            Clear
          </Button>
        ) : null}
      </div>
    </form>
  );
}

const columnsOf = (nameOf: (id: string) => string): readonly Column<AuditEntry>[] => [
  {
    id: "action",
    header: "Action",
    cell: (entry) => entry.action.replace(".", ": ").replaceAll("_", " "),
  },
  { id: "actor", header: "Actor", width: "18%", cell: (entry) => nameOf(entry.actor.person) },
  {
    id: "object",
    header: "Object",
    isLow: true,
    width: "34%",
    cell: (entry) => <code className="break-all">{entry.object}</code>,
  },
  {
    id: "at",
    header: "When",
    isNumber: true,
    width: "14%",
    card: "aside",
    cell: (entry) => <RelativeTime at={entry.at} />,
  },
  {
    id: "number",
    header: "Entry",
    isNumber: true,
    width: "9%",
    cell: (entry) => entry.number,
  },
];
