import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createSerializer, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useCallback, useEffect, useState } from "react";
import type { Document, DocumentState, DocumentType } from "../../api/client";
import { search } from "../../api/client";
import {
  listDocumentsOptions,
  listDocumentsQueryKey,
} from "../../api/client/@tanstack/react-query.gen";
import {
  type ActiveFilter,
  Button,
  type Column,
  DataTable,
  FilterSelect,
  LiveChip,
  Pager,
  Panel,
  PanelState,
  PeekLayout,
  RelativeTime,
  StatusOf,
} from "../../kit";
import { Page } from "../../shell/Page";
import { useCan } from "../../shell/session";
import { dayWords } from "../../variant/words";
import { ApproveManyDialog } from "./ApproveManyDialog";
import { DocumentDialog } from "./DocumentDialog";
import { DocumentPeek } from "./DocumentPeek";
import { stateWord, STATES, statusOfDocument, TYPE_WORDS, TYPES } from "./documents";
import { ImportDialog } from "./ImportDialog";
import { SearchPanel } from "./SearchPanel";

const PARSERS = {
  state: parseAsStringLiteral(STATES),
  type: parseAsStringLiteral(TYPES),
  before: parseAsString,
  after: parseAsString,
  item: parseAsString,
  q: parseAsString,
};
const inUrl = createSerializer(PARSERS);
const PAGE_SIZE = 50;
const FIRST_PAGE = { before: null, after: null };

/** What messages may promise: documents, their approval, and what a search finds in them. */
export default function ContentPage() {
  const [url, setUrl] = useQueryStates(PARSERS, { history: "push" });
  const { state, type, before, after, item: openId, q } = url;
  const [open, setOpen] = useState<"new" | "import" | "approve" | null>(null);
  const canEdit = useCan("editor");
  const canReview = useCan("reviewer");
  const query = useQuery(
    listDocumentsOptions({
      query: {
        limit: PAGE_SIZE,
        ...(state ? { state } : {}),
        ...(type ? { type } : {}),
        ...(before ? { before } : {}),
        ...(after ? { after } : {}),
      },
    }),
  );
  useSetAside();
  const items = query.data?.items ?? [];
  const drafts = items.filter((document) => document.state === "draft");
  const close = useCallback(() => void setUrl({ item: null }), [setUrl]);
  const at = items.findIndex((document) => document.id === openId);
  const step = (by: number) => {
    const next = items[at + by];
    return at >= 0 && next
      ? () => void setUrl({ item: next.id }, { history: "replace" })
      : undefined;
  };
  const filters: ActiveFilter[] = [];
  if (state)
    filters.push({
      name: "State",
      value: stateWord(state),
      onRemove: () => void setUrl({ state: null, ...FIRST_PAGE }),
    });
  if (type)
    filters.push({
      name: "Type",
      value: TYPE_WORDS[type],
      onRemove: () => void setUrl({ type: null, ...FIRST_PAGE }),
    });
  const add = canEdit ? (
    <Button onPress={() => setOpen("new")} variant="primary">
      New document
    </Button>
  ) : null;
  return (
    <Page
      title="Content"
      sub="Messages promise only what an approved document in date says"
      actions={
        <>
          <LiveChip />
          {canEdit ? <Button onPress={() => setOpen("import")}>Import file</Button> : null}
          {add}
        </>
      }
    >
      <PeekLayout
        list={
          <>
            <SearchPanel
              query={q ?? ""}
              onQuery={(next) => void setUrl({ q: next === "" ? null : next })}
              hrefOf={(id) => inUrl({ ...url, item: id }) || "?"}
            />
            <Panel
              title="Documents"
              aside={
                <div className="filters">
                  {canReview && drafts.length > 0 ? (
                    <Button size="small" onPress={() => setOpen("approve")}>
                      Approve drafts
                    </Button>
                  ) : null}
                  <Filters state={state} type={type} onChange={(next) => void setUrl(next)} />
                </div>
              }
            >
              <PanelState
                query={query}
                subject="The documents"
                isEmpty={(page) => page.items.length === 0}
                empty={{
                  text: "No documents yet. Write one, or import a Markdown or JSON lines file.",
                  action: add,
                }}
                filters={filters}
                onClearFilters={() => void setUrl({ state: null, type: null, ...FIRST_PAGE })}
              >
                {(page) => (
                  <>
                    <DataTable
                      caption="Documents"
                      columns={COLUMNS}
                      rows={page.items}
                      keyOf={(document) => document.id}
                      hrefOf={(document) => inUrl({ ...url, item: document.id }) || "?"}
                      openKey={openId}
                      isCompact={openId !== null}
                    />
                    <Pager
                      newer={page.previous}
                      older={page.next}
                      onNewer={(cursor) => void setUrl({ after: cursor, before: null })}
                      onOlder={(cursor) => void setUrl({ before: cursor, after: null })}
                      onFirst={before ? () => void setUrl(FIRST_PAGE) : undefined}
                    />
                  </>
                )}
              </PanelState>
            </Panel>
          </>
        }
        peek={
          openId ? (
            <DocumentPeek
              key={openId}
              id={openId}
              onClose={close}
              onPrevious={step(-1)}
              onNext={step(1)}
            />
          ) : null
        }
      />
      {open === "new" ? (
        <DocumentDialog
          onClose={() => setOpen(null)}
          onSaved={(document) => void setUrl({ item: document.id })}
        />
      ) : null}
      {open === "import" ? <ImportDialog onClose={() => setOpen(null)} /> : null}
      {open === "approve" ? (
        <ApproveManyDialog drafts={drafts} onClose={() => setOpen(null)} />
      ) : null}
    </Page>
  );
}

/**
 * The server knows which documents contradict each other only once somebody searched since the last
 * change. So that none of them looks usable, one passage is asked for, and what is shown is read anew.
 */
function useSetAside() {
  const client = useQueryClient();
  const { dataUpdatedAt } = useQuery({
    queryKey: [{ ...listDocumentsQueryKey()[0], _id: "index" }] as const,
    queryFn: async ({ signal }) => {
      const { data } = await search({
        body: { query: "content", top: 1, mode: "lexical" },
        signal,
        throwOnError: true,
      });
      return data.embedder;
    },
  });
  useEffect(() => {
    if (dataUpdatedAt === 0) return;
    void client.invalidateQueries({
      predicate: ({ queryKey }) => {
        const { _id: name } = queryKey[0] as { _id?: string };
        return name === "listDocuments" || name === "getDocument";
      },
    });
  }, [client, dataUpdatedAt]);
}

function Filters(props: {
  state: DocumentState | null;
  type: DocumentType | null;
  onChange: (next: {
    state?: DocumentState | null;
    type?: DocumentType | null;
    before: null;
    after: null;
  }) => void;
}) {
  const { state, type, onChange } = props;
  return (
    <div className="filters">
      <FilterSelect<DocumentState>
        label="State"
        all="Every state"
        value={state}
        onChange={(state) => onChange({ state, before: null, after: null })}
        choices={STATES.map((value) => ({ value, label: stateWord(value) }))}
      />
      <FilterSelect<DocumentType>
        label="Type"
        all="Every type"
        value={type}
        onChange={(type) => onChange({ type, before: null, after: null })}
        choices={TYPES.map((value) => ({ value, label: TYPE_WORDS[value] }))}
      />
    </div>
  );
}

const COLUMNS: readonly Column<Document>[] = [
  {
    id: "title",
    header: "Title",
    width: "38%",
    cell: (document) => document.content.title,
  },
  {
    id: "type",
    header: "Type",
    width: "11%",
    cell: (document) => TYPE_WORDS[document.content.type],
  },
  {
    id: "state",
    header: "State",
    card: "aside",
    width: "16%",
    cell: (document) => <StatusOf status={statusOfDocument(document)} />,
  },
  {
    id: "dates",
    header: "In date",
    isLow: true,
    cell: (document) => <InDate document={document} />,
  },
  {
    id: "changed",
    header: "Changed",
    isNumber: true,
    isLow: true,
    card: "hidden",
    width: "13%",
    cell: (document) => <RelativeTime at={document.updated_at} />,
  },
];

function InDate({ document }: { document: Document }) {
  const { valid_from: from, valid_until: until, offer } = document.content;
  const first = from ?? offer?.starts;
  const last = until ?? offer?.ends;
  if (!first && !last) return <span className="faint">Always</span>;
  if (first && last)
    return (
      <>
        {dayWords(first)} to {dayWords(last)}
      </>
    );
  return <>{last ? `To ${dayWords(last)}` : `From ${dayWords(first ?? "")}`}</>;
}
