import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Document, DocumentType, Offer } from "../../api/client";
import {
  createDocumentMutation,
  getDocumentOptions,
  updateDocumentMutation,
} from "../../api/client/@tanstack/react-query.gen";
import { ifMatch } from "../../api/http";
import { problemOf, wordsOf } from "../../api/problem";
import {
  Button,
  clashesOf,
  ConfirmDialog,
  ConflictDialog,
  Dialog,
  ProblemBanner,
  rebased,
  Select,
  TextArea,
  TextField,
  toast,
  toastProblem,
} from "../../kit";
import {
  contentOf,
  draftOf,
  fieldsOf,
  NEW_DRAFT,
  TYPE_WORDS,
  TYPES,
  UNITS,
  type Draft,
  type Faults,
} from "./documents";
import { useTakeDocument } from "./DocumentPeek";

/** A new document, or another version of one; both are drafts until a second person approves them. */
export function DocumentDialog(props: {
  document?: Document;
  onClose: () => void;
  onSaved?: (document: Document) => void;
}) {
  const { document, onClose, onSaved } = props;
  const [base, setBase] = useState(document);
  const first = document ? draftOf(document.content) : NEW_DRAFT;
  const [draft, setDraft] = useState<Draft>(first);
  const [faults, setFaults] = useState<Faults>({});
  const [theirs, setTheirs] = useState<Document | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  const client = useQueryClient();
  const take = useTakeDocument();
  const create = useMutation(createDocumentMutation());
  const update = useMutation(updateDocumentMutation());
  const error = create.error ?? update.error;
  const problem = error ? problemOf(error) : null;
  const isSame = JSON.stringify(draft) === JSON.stringify(first);
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const of = (field: keyof Draft, pointer?: string) =>
    faults[field] ?? (pointer ? problem?.faultOf(pointer) : undefined);

  const save = async (draft: Draft, against: Document | undefined) => {
    const made = contentOf(draft, against?.content);
    if ("faults" in made) return setFaults(made.faults);
    setFaults({});
    try {
      const saved = against
        ? await update.mutateAsync({
            path: { document: against.id },
            headers: ifMatch(against.version),
            body: made.content,
          })
        : await create.mutateAsync({ body: made.content });
      take(saved);
      toast("Saved as a draft. Somebody else approves it.");
      onSaved?.(saved);
      onClose();
    } catch (failure) {
      if (problemOf(failure).kind !== "changed" || !against) return;
      await showTheirs(against.id);
    }
  };
  const showTheirs = async (id: string) => {
    try {
      const options = getDocumentOptions({ path: { document: id } });
      setTheirs(await client.fetchQuery({ ...options, staleTime: 0 }));
    } catch (unread) {
      toastProblem(unread, "The version of somebody else");
    }
  };
  const words = problem && problem.kind !== "changed" ? wordsOf(problem, "The document") : null;
  const isPending = create.isPending || update.isPending;

  if (base && theirs) {
    const [before, now] = [draftOf(base.content), draftOf(theirs.content)];
    const mine = rebased(before, draft, now);
    return (
      <ConflictDialog
        subject="document"
        version={theirs.version}
        clashes={clashesOf(fieldsOf(before), fieldsOf(mine), fieldsOf(now))}
        isPending={isPending}
        onClose={() => setTheirs(null)}
        onKeepTheirs={() => {
          take(theirs);
          onClose();
        }}
        onKeepYours={() => {
          setBase(theirs);
          setDraft(mine);
          setTheirs(null);
          void save(mine, theirs);
        }}
      />
    );
  }
  return (
    <>
      <Dialog
        title={document ? "Edit document" : "New document"}
        isOpen
        isWide
        onClose={() => (isSame ? onClose() : setLeaving(true))}
        footer={
          <Button
            variant="primary"
            isPending={isPending}
            why={isSame ? "Nothing is written yet" : undefined}
            onPress={() => void save(draft, base)}
          >
            Save draft
          </Button>
        }
      >
        {document && document.state !== "draft" ? (
          <p className="small dim">
            A change takes the approval away; somebody else approves it again.
          </p>
        ) : null}
        <TextField
          label="Title"
          value={draft.title}
          onChange={(title) => set({ title })}
          maxLength={200}
          isRequired
          error={of("title", "/title")}
        />
        <div className="two-fields">
          <Select<DocumentType>
            label="Type"
            value={draft.type}
            onChange={(type) => set({ type })}
            choices={TYPES.map((value) => ({ value, label: TYPE_WORDS[value] }))}
          />
          <TextField
            label="Language"
            value={draft.language}
            onChange={(language) => set({ language })}
            maxLength={35}
            error={of("language", "/language")}
          />
        </div>
        <TextArea
          label="Text"
          hint="One point a document: a delivery time, an offer, a tone, a legal line."
          rows={6}
          value={draft.text}
          onChange={(text) => set({ text })}
          maxLength={100_000}
          isRequired
          error={of("text", "/text")}
        />
        {draft.type === "offer" ? <OfferFields draft={draft} set={set} of={of} /> : null}
        <div className="two-fields">
          <TextField
            label="First day it may be used"
            type="date"
            value={draft.from}
            onChange={(from) => set({ from })}
            error={of("from", "/valid_from")}
          />
          <TextField
            label="Last day it may be used"
            type="date"
            value={draft.until}
            onChange={(until) => set({ until })}
            error={of("until", "/valid_until")}
          />
        </div>
        <TextField
          label="Segments"
          hint="Words such as lapsed, loyal, new; nothing means everybody."
          value={draft.segments}
          onChange={(segments) => set({ segments })}
          error={of("segments", "/segments")}
        />
        <TextArea
          label="Named facts"
          hint="One a line, like return_days: 30 days."
          rows={3}
          value={draft.facts}
          onChange={(facts) => set({ facts })}
          error={of("facts", "/facts")}
        />
        <ProblemBanner words={words} />
      </Dialog>
      <ConfirmDialog
        title="Leave without saving?"
        isOpen={isLeaving}
        onClose={() => setLeaving(false)}
        verb="Leave"
        onConfirm={onClose}
      >
        <p>What you wrote is lost.</p>
      </ConfirmDialog>
    </>
  );
}

function OfferFields(props: {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  of: (field: keyof Draft, pointer?: string) => string | undefined;
}) {
  const { draft, set, of } = props;
  const amountLabel = {
    percent: "Percent",
    money: "Amount",
    gift: "What is given",
    free_shipping: "",
  }[draft.unit];
  return (
    <>
      <div className="two-fields">
        <Select<Offer["unit"]>
          label="Offer"
          value={draft.unit}
          onChange={(unit) => set({ unit })}
          choices={UNITS}
        />
        {amountLabel ? (
          <TextField
            label={amountLabel}
            value={draft.amount}
            onChange={(amount) => set({ amount })}
            error={of("amount")}
          />
        ) : null}
        <TextField
          label="Code"
          value={draft.code}
          onChange={(code) => set({ code })}
          maxLength={40}
          error={of("code", "/offer/code")}
        />
      </div>
      <div className="two-fields">
        <TextField
          label="On what"
          value={draft.appliesTo}
          onChange={(appliesTo) => set({ appliesTo })}
          maxLength={200}
        />
        <TextField
          label="Smallest order"
          value={draft.minimum}
          onChange={(minimum) => set({ minimum })}
          error={of("minimum")}
        />
      </div>
      <div className="two-fields">
        <TextField
          label="Offer starts"
          type="date"
          value={draft.starts}
          onChange={(starts) => set({ starts })}
          error={of("starts", "/offer/starts")}
        />
        <TextField
          label="Offer ends"
          type="date"
          value={draft.ends}
          onChange={(ends) => set({ ends })}
          error={of("ends", "/offer/ends")}
        />
      </div>
    </>
  );
}
