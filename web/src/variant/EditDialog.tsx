import { useMutation, useQueryClient } from "@tanstack/react-query";
import { diffWords } from "diff";
import { useState } from "react";
import type { Variant } from "../api/client";
import {
  getVariantOptions,
  screenVariantMutation,
  updateVariantMutation,
} from "../api/client/@tanstack/react-query.gen";
import { ifMatch } from "../api/http";
import { problemOf } from "../api/problem";
import {
  Button,
  ConfirmDialog,
  Dialog,
  statusOf,
  TextArea,
  TextField,
  toast,
  toastProblem,
} from "../kit";
import type { Words } from "./suggestion";
import { useTakeVariant } from "./useVariant";

interface Props {
  variant: Variant;
  /** Words to begin with, when a suggestion was taken; else the present ones. */
  draft?: Words | undefined;
  onClose: () => void;
}

/**
 * Edits subject and text. The words are unscreened afterwards, so that the first button screens them
 * at once. When somebody else changed them meanwhile, both versions stand side by side.
 */
export function EditDialog({ variant, draft, onClose }: Props) {
  const [base, setBase] = useState(variant);
  const [words, setWords] = useState<Words>(
    draft ?? { subject: variant.subject, text: variant.text },
  );
  const [theirs, setTheirs] = useState<Variant | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  const client = useQueryClient();
  const take = useTakeVariant();
  const screen = useMutation(screenVariantMutation());
  const save = useMutation(updateVariantMutation());
  const isSame = words.subject === base.subject && words.text === base.text;
  const problem = save.error ? problemOf(save.error) : null;

  const send = async (against: Variant, isScreened: boolean) => {
    try {
      const saved = await save.mutateAsync({
        path: { variant: variant.id },
        headers: ifMatch(against.version),
        body: {
          ...(words.subject === against.subject ? {} : { subject: words.subject }),
          text: words.text,
        },
      });
      take(saved);
    } catch (error) {
      const { kind } = problemOf(error);
      if (kind === "changed") return await showTheirs();
      if (kind !== "invalid") toastProblem(error, "The variant");
      return;
    }
    onClose();
    if (!isScreened) return toast("Saved. It is not screened any more.", { tone: "info" });
    try {
      const after = await screen.mutateAsync({ path: { variant: variant.id } });
      take(after);
      toast(`Saved and screened: ${statusOf.variant(after.state).word.toLowerCase()}.`, {
        tone: after.state === "pass" ? "good" : "warn",
      });
    } catch (error) {
      toastProblem(error, "The screening");
    }
  };

  const showTheirs = async () => {
    try {
      const now = await client.fetchQuery({
        ...getVariantOptions({ path: { variant: variant.id } }),
        staleTime: 0,
      });
      setTheirs(now);
    } catch (error) {
      toastProblem(error, "The version of somebody else");
    }
  };
  const leave = () => (isSame ? onClose() : setLeaving(true));
  const isPending = save.isPending || screen.isPending;

  if (theirs)
    return (
      <Conflict
        mine={words}
        theirs={theirs}
        isPending={isPending}
        onClose={() => setTheirs(null)}
        onKeepTheirs={() => {
          take(theirs);
          onClose();
        }}
        onKeepMine={() => {
          setBase(theirs);
          setTheirs(null);
          void send(theirs, true);
        }}
      />
    );
  return (
    <>
      <Dialog
        title="Edit text"
        isOpen
        isWide
        onClose={leave}
        footer={
          <>
            <Button
              onPress={() => void send(base, false)}
              why={isSame ? "Nothing is changed yet" : undefined}
              isPending={isPending}
            >
              Save only
            </Button>
            <Button
              variant="primary"
              why={isSame ? "Nothing is changed yet" : undefined}
              isPending={isPending}
              onPress={() => void send(base, true)}
            >
              Save and screen
            </Button>
          </>
        }
      >
        {draft ? (
          <p className="small dim">
            The suggestion is put in. Read it once more: it is saved with your name, so that
            somebody else approves it.
          </p>
        ) : (
          <p className="small dim">
            Changed words lose their screening and their approval. Your name stands beside them, so
            that somebody else approves them.
          </p>
        )}
        {variant.channel === "sms" || variant.channel === "web" ? null : (
          <TextField
            label="Subject"
            value={words.subject}
            onChange={(subject) => setWords({ ...words, subject })}
            maxLength={500}
            error={problem?.faultOf("/subject")}
          />
        )}
        <TextArea
          label="Text"
          rows={14}
          value={words.text}
          onChange={(text) => setWords({ ...words, text })}
          maxLength={20_000}
          error={
            problem?.kind === "invalid" ? (problem.faultOf("/text") ?? problem.detail) : undefined
          }
        />
        {isSame ? null : (
          <details className="changes-shown">
            <summary>What is changed</summary>
            <Difference before={base.subject} after={words.subject} />
            <Difference before={base.text} after={words.text} />
          </details>
        )}
      </Dialog>
      <ConfirmDialog
        title="Leave without saving?"
        isOpen={isLeaving}
        onClose={() => setLeaving(false)}
        verb="Leave"
        onConfirm={onClose}
      >
        <p>What you changed in this text is lost.</p>
      </ConfirmDialog>
    </>
  );
}

/** Both versions against each other: what only theirs has is struck, what only yours has is under a line. */
function Conflict(props: {
  mine: Words;
  theirs: Variant;
  isPending: boolean;
  onClose: () => void;
  onKeepMine: () => void;
  onKeepTheirs: () => void;
}) {
  const { mine, theirs, isPending, onClose, onKeepMine, onKeepTheirs } = props;
  return (
    <Dialog
      title="Somebody else changed this text"
      isOpen
      isWide
      onClose={onClose}
      footer={
        <>
          <Button onPress={onKeepTheirs}>Keep theirs</Button>
          <Button variant="primary" onPress={onKeepMine} isPending={isPending}>
            Save yours over it
          </Button>
        </>
      }
    >
      <p>
        Nothing was saved. Keep one of the two versions, or close this and go on with yours in the
        field.
      </p>
      <div className="versions">
        <section aria-labelledby="theirs">
          <h3 id="theirs">Theirs, saved as version {theirs.version}</h3>
          <p className="strong">{theirs.subject}</p>
          <p className="kept-lines">{theirs.text}</p>
        </section>
        <section aria-labelledby="yours">
          <h3 id="yours">Yours, with what differs</h3>
          <div className="strong">
            <Difference before={theirs.subject} after={mine.subject} />
          </div>
          <Difference before={theirs.text} after={mine.text} />
        </section>
      </div>
    </Dialog>
  );
}

export function Difference({ before, after }: { before: string; after: string }) {
  return (
    <p className="kept-lines">
      {diffWords(before, after).map((part, index) => {
        // Parts of one comparison have no other name than their place.
        if (part.added)
          return (
            // oxlint-disable-next-line react/no-array-index-key
            <ins key={index}>{part.value}</ins>
          );
        if (part.removed)
          return (
            // oxlint-disable-next-line react/no-array-index-key
            <del key={index}>{part.value}</del>
          );
        // oxlint-disable-next-line react/no-array-index-key
        return <span key={index}>{part.value}</span>;
      })}
    </p>
  );
}
