import { useMutation } from "@tanstack/react-query";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { type Analysis, type Experiment, shipExperiment } from "../../api/client";
import { nameOfKey } from "../../api/verdict";
import { Button, Dialog, Select, StatusWord, TextArea, toast } from "../../kit";
import { useSession } from "../../shell/session";
import { Refusal } from "./Refusal";
import { useChanged } from "./useChange";

const REASON_MAX = 2000;

/**
 * Which arm everybody gets. Against the advice of the results it takes a reason and another person
 * than the one who made the experiment; the server has the last word on both.
 */
export function ShipDialog(props: {
  experiment: Experiment;
  analysis: Analysis;
  onClose: () => void;
}) {
  const { experiment, analysis, onClose } = props;
  const session = useSession();
  const [arm, setArm] = useState(analysis.winner ?? experiment.control);
  const [note, setNote] = useState("");
  const changed = useChanged();
  const ship = useMutation({
    mutationFn: async () => {
      const reason = note.trim();
      const body = { arm, ...(reason === "" ? {} : { reason }) };
      const path = { experiment: experiment.id };
      return (await shipExperiment({ path, body, throwOnError: true })).data;
    },
    onSuccess: (after) => {
      changed(after);
      toast(`Everybody gets ${nameOfKey(arm)}`);
      onClose();
    },
  });
  const isAdvised = analysis.advice === "ship" && analysis.winner === arm;
  const isOwn = experiment.created_by === session.id;
  const why = isAdvised
    ? undefined
    : isOwn
      ? "You made this experiment: against the results another person has to ship"
      : note.trim() === ""
        ? "Say why first"
        : undefined;
  return (
    <Dialog
      title="Ship an arm"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Not now</Button>
          <Button
            variant="primary"
            isPending={ship.isPending}
            onPress={() => ship.mutate()}
            why={why}
          >
            Ship {nameOfKey(arm)}
          </Button>
        </>
      }
    >
      <Select
        label="Arm that everybody gets"
        value={arm}
        onChange={setArm}
        choices={experiment.arms.map(({ key }) => ({ value: key, label: nameOfKey(key) }))}
      />
      <div className="outcome">
        <p className="label">Outcome</p>
        {isAdvised ? (
          <StatusWord tone="good" icon={CircleCheck}>
            The results advise this arm
          </StatusWord>
        ) : (
          <StatusWord tone="warn" icon={TriangleAlert}>
            Against the results
          </StatusWord>
        )}
        <p className="small dim">{analysis.sentence}</p>
      </div>
      <TextArea
        label={isAdvised ? "Note" : "Reason"}
        hint={
          isAdvised
            ? "What should a colleague know in a year"
            : "Needed: it is kept as a decision against the results"
        }
        value={note}
        onChange={setNote}
        maxLength={REASON_MAX}
      />
      <Refusal error={ship.error} />
    </Dialog>
  );
}
