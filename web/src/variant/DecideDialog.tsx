import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Variant } from "../api/client";
import { reviewVariantMutation } from "../api/client/@tanstack/react-query.gen";
import { ifMatch } from "../api/http";
import { problemOf, wordsOf } from "../api/problem";
import { Button, Dialog, ProblemBanner, TextArea, toast } from "../kit";
import { useTakeVariant } from "./useVariant";
import { headOf } from "./words";

export type Deciding = "approve" | "override" | "reject";

const REASON_MIN = 10;
const REASON_MAX = 2_000;

const PARTS: Record<
  Deciding,
  { title: string; verb: string; label: string; done: string; why: string }
> = {
  approve: {
    title: "Approve this text?",
    verb: "Approve",
    label: "Note",
    done: "Approved.",
    why: "It may go out as it stands. Any later change needs a new screening and a new approval.",
  },
  override: {
    title: "Approve over the screening?",
    verb: "Approve all the same",
    label: "Reason",
    done: "Approved over the screening. The reason is in the audit.",
    why: "The screening held it back. Your name and your reason stand in the audit.",
  },
  reject: {
    title: "Reject this text?",
    verb: "Reject",
    label: "Reason",
    done: "Rejected.",
    why: "It will not be sent. The writer sees your reason.",
  },
};

/** Approves or rejects exactly the version that was shown. */
export function DecideDialog(props: { variant: Variant; how: Deciding; onClose: () => void }) {
  const { how, onClose } = props;
  const [variant] = useState(props.variant); // What was read; a later version is refused.
  const [reason, setReason] = useState("");
  const take = useTakeVariant();
  const review = useMutation({
    ...reviewVariantMutation(),
    onSuccess: (after) => {
      take(after);
      toast(PARTS[how].done);
      onClose();
    },
  });
  const { title, verb, label, why } = PARTS[how];
  const isNeeded = how !== "approve";
  const isShort = isNeeded && [...reason.trim()].length < REASON_MIN;
  const problem = review.error ? problemOf(review.error) : null;
  const words = problem ? wordsOf(problem, "The variant") : null;
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Back</Button>
          <Button
            variant={how === "reject" ? "danger" : "primary"}
            isPending={review.isPending}
            why={isShort ? `Write at least ${REASON_MIN} characters` : undefined}
            onPress={() =>
              review.mutate({
                path: { variant: variant.id },
                headers: ifMatch(variant.version),
                body: {
                  decision: how === "reject" ? "reject" : "approve",
                  ...(reason.trim() ? { reason: reason.trim() } : {}),
                },
              })
            }
          >
            {verb}
          </Button>
        </>
      }
    >
      <p>
        <b>{headOf(variant)}</b>
      </p>
      <p className="dim">{why}</p>
      <TextArea
        label={isNeeded ? label : `${label}, if you like`}
        value={reason}
        onChange={setReason}
        maxLength={REASON_MAX}
        isRequired={isNeeded}
      />
      <ProblemBanner words={words} />
    </Dialog>
  );
}
