import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Document } from "../../api/client";
import { search } from "../../api/client";
import {
  approveDocumentMutation,
  expireDocumentMutation,
  getDocumentOptions,
  getDocumentQueryKey,
  listDocumentsQueryKey,
  revokeDocumentApprovalMutation,
} from "../../api/client/@tanstack/react-query.gen";
import { ifMatch } from "../../api/http";
import { hasTag } from "../../api/query";
import {
  absent,
  Button,
  ConfirmDialog,
  Facts,
  Missing,
  money,
  PanelState,
  Peek,
  RelativeTime,
  SkeletonText,
  StatusOf,
  toast,
  toastProblem,
} from "../../kit";
import { usePeople } from "../../shell/usePeople";
import { useCan, useSession } from "../../shell/session";
import { CHANNEL_WORDS } from "../../api/words";
import { dayWords, sentence, spoken } from "../../variant/words";
import { DocumentDialog } from "./DocumentDialog";
import { statusOfDocument, TYPE_WORDS, whyNotApproveDocument } from "./documents";

interface Props {
  id: string;
  onClose: () => void;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
}

const PASSAGES_TOP = 100;
const RETRIEVAL = new Set(["retrieval"]);

export function useTakeDocument(): (after: Document) => void {
  const client = useQueryClient();
  return (after) => {
    client.setQueryData(getDocumentQueryKey({ path: { document: after.id } }), after);
    void client.invalidateQueries({
      predicate: (query) =>
        hasTag(query.queryKey, RETRIEVAL) &&
        (query.queryKey[0] as { _id?: string })._id !== "getDocument",
    });
  };
}

/** One document: what it says, for whom and when, who approved it, and what can be done. */
export function DocumentPeek({ id, ...around }: Props) {
  const query = useQuery(getDocumentOptions({ path: { document: id } }));
  const document = query.data;
  const [isEditing, setEditing] = useState(false);
  return (
    <>
      <Peek
        {...around}
        label={document?.content.title ?? "Document"}
        title={document?.content.title ?? "Document"}
        isCovered={isEditing}
        footer={document ? <Actions document={document} onEdit={() => setEditing(true)} /> : null}
      >
        <PanelState query={query} subject="This document" skeleton={<SkeletonText lines={8} />}>
          {(found) => <Detail document={found} />}
        </PanelState>
      </Peek>
      {document && isEditing ? (
        <DocumentDialog document={document} onClose={() => setEditing(false)} />
      ) : null}
    </>
  );
}

function Detail({ document }: { document: Document }) {
  const { content } = document;
  const nameOf = usePeople();
  const { offer } = content;
  return (
    <>
      <p className="peek-line">
        <StatusOf status={statusOfDocument(document)} isTag />
        <code className="faint">{content.name}</code>
      </p>
      {document.set_aside ? (
        <div className="banner warn mb-4">
          <p>
            <b>Approved, but not used.</b> {sentence(document.set_aside)}
          </p>
        </div>
      ) : null}
      <div className="block">
        <Passages document={document} />
      </div>
      {content.facts && content.facts.length > 0 ? (
        <div className="block">
          <h3>Named facts</h3>
          <Facts items={content.facts.map((fact) => [spoken(fact.key), fact.value] as const)} />
        </div>
      ) : null}
      {offer ? (
        <div className="block">
          <h3>Offer</h3>
          <Facts
            items={[
              [
                "Gives",
                {
                  percent: `${offer.percent ?? 0}% off`,
                  money: offer.amount
                    ? `${money(offer.amount.cents, offer.amount.currency)} off`
                    : null,
                  free_shipping: "Free delivery",
                  gift: offer.gift ?? null,
                }[offer.unit],
              ],
              ["On", offer.applies_to ?? null],
              ["Code", offer.code ? <code>{offer.code}</code> : null],
              [
                "Orders from",
                offer.minimum ? money(offer.minimum.cents, offer.minimum.currency) : null,
              ],
              ["First day", offer.starts ? dayWords(offer.starts) : null],
              ["Last day", offer.ends ? dayWords(offer.ends) : null],
              ["For", offer.audience ? spoken(offer.audience) : null],
            ]}
          />
        </div>
      ) : null}
      <div className="block">
        <h3>Use</h3>
        <Facts
          items={[
            ["Type", TYPE_WORDS[content.type]],
            ["Language", content.language ?? "en"],
            ["First day", content.valid_from ? dayWords(content.valid_from) : "No limit"],
            ["Last day", content.valid_until ? dayWords(content.valid_until) : "No limit"],
            ["Segments", content.segments ? content.segments.map(spoken).join(", ") : "Everybody"],
            [
              "Channels",
              content.channels
                ? content.channels.map((channel) => CHANNEL_WORDS[channel]).join(", ")
                : "All",
            ],
            [
              "Written by",
              document.edited_by ? nameOf(document.edited_by) : "Came with the sample",
            ],
            ["Approved by", document.approved_by ? nameOf(document.approved_by) : "Nobody yet"],
            ["Approved", document.approved_at ? <RelativeTime at={document.approved_at} /> : null],
            ["Changed", <RelativeTime key="changed" at={document.updated_at} />],
            ["Version", String(document.version)],
          ]}
        />
      </div>
    </>
  );
}

/**
 * The passages that search cuts the text into. The contract lists none, so they are found by the
 * title; a document that search does not know (a draft) is shown whole.
 */
function Passages({ document }: { document: Document }) {
  const { content } = document;
  const isUsed = document.state === "approved" && document.set_aside === undefined;
  const found = useQuery({
    queryKey: [
      { ...listDocumentsQueryKey()[0], _id: "passages", of: document.id, at: document.version },
    ] as const,
    enabled: isUsed,
    queryFn: async ({ signal }) => {
      const { data } = await search({
        body: { query: content.title, top: PASSAGES_TOP, type: content.type },
        signal,
        throwOnError: true,
      });
      return data.hits
        .filter((hit) => hit.document === content.name)
        .sort((one, other) => one.passage - other.passage);
    },
  });
  const passages = found.data ?? [];
  if (passages.length < 2)
    return (
      <>
        <p className="kept-lines letter">{content.text}</p>
        <Missing names={absent(found, "how search cuts it into passages")} />
      </>
    );
  return (
    <>
      {passages.map((hit) => (
        <div key={hit.passage} className="passage letter">
          <span className="faint small">{hit.passage}</span>
          <p className="kept-lines">{hit.text}</p>
        </div>
      ))}
    </>
  );
}

function Actions({ document, onEdit }: { document: Document; onEdit: () => void }) {
  const session = useSession();
  const canEdit = useCan("editor");
  const mayReview = useCan("reviewer");
  const take = useTakeDocument();
  const [asking, setAsking] = useState<"expire" | "revoke" | null>(null);
  const onError = (error: unknown) => toastProblem(error, "The document");
  const done = (words: string) => (after: Document) => {
    take(after);
    setAsking(null);
    toast(words);
  };
  const path = { document: document.id };
  const approve = useMutation({
    ...approveDocumentMutation(),
    onSuccess: done("Approved. Messages may use it from now on."),
    onError,
  });
  const revoke = useMutation({
    ...revokeDocumentApprovalMutation(),
    onSuccess: done("The approval is taken away."),
    onError,
  });
  const expire = useMutation({
    ...expireDocumentMutation(),
    onSuccess: done("Expired. No message uses it any more."),
    onError,
  });
  if (!canEdit) return <p className="small dim">Your role may read documents.</p>;
  const isApproved = document.state === "approved" || document.state === "scheduled";
  const why = isApproved
    ? undefined
    : whyNotApproveDocument({ id: session.id, mayReview }, document);
  return (
    <>
      <div className="actions">
        {isApproved || document.state === "expired" ? null : why ? (
          <button
            type="button"
            className="btn primary"
            aria-disabled="true"
            aria-describedby="document-why"
          >
            Approve
          </button>
        ) : (
          <Button
            variant="primary"
            isPending={approve.isPending}
            onPress={() => approve.mutate({ path, headers: ifMatch(document.version) })}
          >
            Approve
          </Button>
        )}
        <Button onPress={onEdit}>Edit</Button>
        {isApproved && mayReview ? (
          <Button onPress={() => setAsking("revoke")}>Take approval away</Button>
        ) : null}
        {document.state === "expired" ? null : (
          <Button variant="danger" onPress={() => setAsking("expire")}>
            Expire
          </Button>
        )}
      </div>
      {why && document.state !== "expired" ? (
        <p className="small dim" id="document-why">
          {why}
        </p>
      ) : null}
      <ConfirmDialog
        title={asking === "expire" ? "Expire this document?" : "Take the approval away?"}
        isOpen={asking !== null}
        onClose={() => setAsking(null)}
        verb={asking === "expire" ? "Expire" : "Take away"}
        isPending={expire.isPending || revoke.isPending}
        onConfirm={() => (asking === "expire" ? expire.mutate({ path }) : revoke.mutate({ path }))}
      >
        <p>
          <b>{document.content.title}</b>
        </p>
        <p>
          {asking === "expire"
            ? "It leaves search at once. Only an edit brings it back, as a draft."
            : "It leaves search at once and becomes a draft. Messages that cite it keep their words."}
        </p>
      </ConfirmDialog>
    </>
  );
}
