import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Experiment } from "../../api/client";
import { Button, Dialog, TextArea, toast } from "../../kit";
import { makeMove, MOVE_WORDS, type Move } from "./moves";
import { Refusal } from "./Refusal";
import { useChanged } from "./useChange";
import { titleOf } from "./words";

const REASON_MAX = 2000;

/** Says what a move does, takes a reason and makes it. */
export function MoveDialog(props: { experiment: Experiment; move: Move; onClose: () => void }) {
  const { experiment, move, onClose } = props;
  const words = MOVE_WORDS[move];
  const [reason, setReason] = useState("");
  const changed = useChanged();
  const change = useMutation({
    mutationFn: () => makeMove(experiment.id, move, reason),
    onSuccess: (after) => {
      changed(after);
      toast(words.done);
      onClose();
    },
  });
  return (
    <Dialog
      title={`${words.verb} this experiment?`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Keep it as it is</Button>
          <Button
            variant={words.isDanger ? "danger" : "primary"}
            isPending={change.isPending}
            onPress={() => change.mutate()}
          >
            {words.verb}
          </Button>
        </>
      }
    >
      <p>
        <b>{titleOf(experiment)}.</b> {words.effect}
      </p>
      <TextArea
        label="Reason"
        hint="Kept in the record and in the audit log"
        value={reason}
        onChange={setReason}
        maxLength={REASON_MAX}
      />
      <Refusal error={change.error} />
    </Dialog>
  );
}
