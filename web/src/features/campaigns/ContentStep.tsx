import { useMutation, useQuery } from "@tanstack/react-query";
import type { Document, DocumentList, DocumentType } from "../../api/client";
import {
  approveDocumentsMutation,
  listDocumentsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import {
  Button,
  ButtonLink,
  count,
  counted,
  DataTable,
  Facts,
  Panel,
  PanelState,
  toast,
  toastProblem,
  type Column,
} from "../../kit";
import { useCan, useSession } from "../../shell/session";
import { hasFeature } from "..";

export const DOCUMENTS_MAX = 200;
const TYPE_WORDS: Record<DocumentType, [one: string, many: string]> = {
  fact: ["fact", "facts"],
  offer: ["offer", "offers"],
  style: ["style rule", "style rules"],
  legal: ["legal text", "legal texts"],
};

/** What the messages may be made of: what is approved, and what waits for it. */
export function ContentStep() {
  const approved = useQuery(
    listDocumentsOptions({ query: { state: "approved", limit: DOCUMENTS_MAX } }),
  );
  const drafts = useQuery(
    listDocumentsOptions({ query: { state: "draft", limit: DOCUMENTS_MAX } }),
  );
  const content = hasFeature("content") ? (
    <ButtonLink to="/content" size="small">
      Open content
    </ButtonLink>
  ) : null;
  return (
    <>
      <Panel title="Approved content" aside={content} padded>
        <PanelState
          query={approved}
          subject="The content"
          isEmpty={(list) => list.items.length === 0}
          empty={{
            text: "Nothing is approved yet. Messages are written only from approved content, so that every claim has a source.",
          }}
        >
          {(list) => <Approved documents={list.items} isMore={list.next !== null} />}
        </PanelState>
      </Panel>
      <Drafts query={drafts} />
    </>
  );
}

function Approved({ documents, isMore }: { documents: readonly Document[]; isMore: boolean }) {
  const aside = documents.filter((document) => document.set_aside);
  return (
    <div className="grid gap-3">
      <p>
        Messages are written only from{" "}
        <b>
          {counted(documents.length, "approved document")}
          {isMore ? " or more" : ""}
        </b>
        , so that every claim has a source.
      </p>
      <Facts
        items={(Object.keys(TYPE_WORDS) as DocumentType[]).map((type) => {
          const number = documents.filter((document) => document.content.type === type).length;
          const [one, many] = TYPE_WORDS[type];
          const word = many.charAt(0).toUpperCase() + many.slice(1);
          return [word, number === 0 ? `no ${one}` : count(number)] as const;
        })}
      />
      {aside.length > 0 ? (
        <p className="small dim">
          {counted(aside.length, "document")} {aside.length === 1 ? "is" : "are"} left out because
          they contradict others: {aside.map((document) => document.content.title).join(", ")}.
        </p>
      ) : null}
    </div>
  );
}

function Drafts({
  query,
}: {
  query: Parameters<typeof PanelState<DocumentList & { next: unknown }>>[0]["query"];
}) {
  const me = useSession().id;
  const canApprove = useCan("reviewer");
  const drafts = query.data?.items ?? [];
  const others = drafts.filter((document) => document.edited_by !== me);
  const approve = useMutation({
    ...approveDocumentsMutation(),
    onSuccess: (list) => toast(`${counted(list.items.length, "document")} approved.`),
    onError: (error) => toastProblem(error, "The approval"),
  });
  const why = !canApprove
    ? "A reviewer of this workspace approves"
    : others.length === 0
      ? "Somebody else must approve what you wrote"
      : undefined;
  const press = () =>
    approve.mutate({
      body: { documents: others.map(({ id, version }) => ({ id, version })) },
    });
  return (
    <Panel
      title="Waits for approval"
      aside={
        drafts.length > 0 ? (
          <Button size="small" why={why} isPending={approve.isPending} onPress={press}>
            Approve {others.length === drafts.length ? "all " : ""}
            {count(others.length > 0 ? others.length : drafts.length)}
          </Button>
        ) : null
      }
    >
      <PanelState
        query={query}
        subject="The drafts"
        isEmpty={(list) => list.items.length === 0}
        empty={{ text: "Nothing waits for approval." }}
      >
        {(list) => (
          <>
            <DataTable
              caption="Drafts"
              columns={columnsOf(me)}
              rows={list.items}
              keyOf={(document) => document.id}
              {...(hasFeature("content")
                ? { hrefOf: (document: Document) => `/content?item=${document.id}` }
                : {})}
            />
            {list.next ? (
              <p className="panel-foot">The first {count(DOCUMENTS_MAX)}; approve these first.</p>
            ) : null}
          </>
        )}
      </PanelState>
    </Panel>
  );
}

const columnsOf = (me: string): readonly Column<Document>[] => [
  { id: "title", header: "Document", cell: (document) => document.content.title },
  {
    id: "type",
    header: "Type",
    width: "16%",
    card: "aside",
    cell: (document) => TYPE_WORDS[document.content.type][0],
  },
  {
    id: "author",
    header: "Written by",
    width: "24%",
    cell: (document) =>
      document.edited_by === null
        ? "came with the sample"
        : document.edited_by === me
          ? "you"
          : "a colleague",
  },
];
