import { useMutation, useQueryClient } from "@tanstack/react-query";
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
  clashesOf,
  ConfirmDialog,
  ConflictDialog,
  Dialog,
  Difference,
  rebased,
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

const wordsOf = ({ subject, text }: Variant): Words => ({ subject, text });
const fieldsOf = ({ subject, text }: Words) => ({ Subject: subject, Text: text });

/**
 * Edits subject and text. The words are unscreened afterwards, so that the first button screens them
 * at once. When somebody else changed them meanwhile, both versions stand side by side.
 */
export function EditDialog({ variant, draft, onClose }: Props) {
  const [base, setBase] = useState(variant);
  const [words, setWords] = useState<Words>(draft ?? wordsOf(variant));
  const [theirs, setTheirs] = useState<Variant | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  const client = useQueryClient();
  const take = useTakeVariant();
  const screen = useMutation(screenVariantMutation());
  const save = useMutation(updateVariantMutation());
  const isSame = words.subject === base.subject && words.text === base.text;
  const problem = save.error ? problemOf(save.error) : null;

  const send = async (words: Words, against: Variant, isScreened: boolean) => {
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

  if (theirs) {
    const mine = rebased(wordsOf(base), words, wordsOf(theirs));
    return (
      <ConflictDialog
        subject="text"
        version={theirs.version}
        clashes={clashesOf(fieldsOf(wordsOf(base)), fieldsOf(mine), fieldsOf(wordsOf(theirs)))}
        isPending={isPending}
        onClose={() => setTheirs(null)}
        onKeepTheirs={() => {
          take(theirs);
          onClose();
        }}
        onKeepYours={() => {
          setBase(theirs);
          setWords(mine);
          setTheirs(null);
          void send(mine, theirs, true);
        }}
      />
    );
  }
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
              onPress={() => void send(words, base, false)}
              why={isSame ? "Nothing is changed yet" : undefined}
              isPending={isPending}
            >
              Save only
            </Button>
            <Button
              variant="primary"
              why={isSame ? "Nothing is changed yet" : undefined}
              isPending={isPending}
              onPress={() => void send(words, base, true)}
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
