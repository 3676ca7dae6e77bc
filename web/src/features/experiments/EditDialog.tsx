import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { updateExperiment, type Experiment, type ExperimentChange } from "../../api/client";
import { getExperimentOptions } from "../../api/client/@tanstack/react-query.gen";
import { ifMatch } from "../../api/http";
import { problemOf } from "../../api/problem";
import { nameOfKey } from "../../api/verdict";
import {
  Button,
  clashesOf,
  ConflictDialog,
  Dialog,
  rebased,
  TextArea,
  TextField,
  toast,
  toastProblem,
} from "../../kit";
import { changeOf, draftOf, fieldsOf, totalOf } from "./draft";
import { Refusal } from "./Refusal";
import { useChanged } from "./useChange";

const DESCRIPTION_MAX = 2000;

/** What may change: all of a draft; later the description, and while it runs a larger coverage. */
export function EditDialog(props: { experiment: Experiment; onClose: () => void }) {
  const { onClose } = props;
  // As it was when the draft was begun: what a colleague saved meanwhile must be refused, not undone.
  const [experiment, setExperiment] = useState(props.experiment);
  const [draft, setDraft] = useState(() => draftOf(experiment));
  const [theirs, setTheirs] = useState<Experiment | null>(null);
  const changed = useChanged();
  const client = useQueryClient();
  const { change, error } = changeOf(experiment, draft);
  const path = { experiment: experiment.id };
  const save = useMutation({
    mutationFn: async ({ against, body }: { against: Experiment; body: ExperimentChange }) => {
      const headers = ifMatch(against.version);
      return (await updateExperiment({ path, headers, body, throwOnError: true })).data;
    },
    onSuccess: (after) => {
      changed(after);
      toast("Saved");
      onClose();
    },
    onError: async (failure) => {
      if (problemOf(failure).kind !== "changed") return;
      try {
        setTheirs(await client.fetchQuery({ ...getExperimentOptions({ path }), staleTime: 0 }));
      } catch (unread) {
        toastProblem(unread, "The version of somebody else");
      }
    },
  });
  if (theirs) {
    const mine = rebased(draftOf(experiment), draft, draftOf(theirs));
    const keepYours = () => {
      const { change: body } = changeOf(theirs, mine);
      setExperiment(theirs);
      setDraft(mine);
      setTheirs(null);
      if (body) save.mutate({ against: theirs, body });
    };
    return (
      <ConflictDialog
        subject="experiment"
        version={theirs.version}
        clashes={clashesOf(
          fieldsOf(experiment, draftOf(experiment)),
          fieldsOf(theirs, mine),
          fieldsOf(theirs, draftOf(theirs)),
        )}
        isPending={save.isPending}
        onClose={() => setTheirs(null)}
        onKeepTheirs={onClose}
        onKeepYours={keepYours}
      />
    );
  }
  const problem = save.error ? problemOf(save.error) : null;
  const isDraft = experiment.state === "draft";
  const isOpen = isDraft || experiment.state === "running" || experiment.state === "paused";
  const total = totalOf(draft);
  const weightError =
    total === null || Math.abs(total - 100) < 0.005
      ? problem?.faultOf("/weights")
      : `The weights add up to ${total.toFixed(2).replace(/\.?0+$/, "")} %, not to 100 %`;
  return (
    <Dialog
      title="Edit the experiment"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Leave it</Button>
          <Button
            variant="primary"
            isPending={save.isPending}
            why={error ?? (change === null ? "Nothing changed" : undefined)}
            onPress={() =>
              change === null ? undefined : save.mutate({ against: experiment, body: change })
            }
          >
            Save
          </Button>
        </>
      }
    >
      <TextArea
        label="Description"
        value={draft.description}
        maxLength={DESCRIPTION_MAX}
        onChange={(description) => setDraft({ ...draft, description })}
        error={problem?.faultOf("/description")}
      />
      {isOpen ? (
        <TextField
          label="Coverage, % of the segment"
          inputMode="decimal"
          value={draft.coverage}
          hint={isDraft ? "Who is not covered gets nothing" : "May only grow while it runs"}
          onChange={(coverage) => setDraft({ ...draft, coverage })}
          error={problem?.faultOf("/coverage")}
        />
      ) : null}
      {isDraft ? (
        <fieldset className="weights">
          <legend className="label">Weights, %</legend>
          {experiment.arms.map((arm, index) => (
            <TextField
              key={arm.key}
              label={nameOfKey(arm.key)}
              inputMode="decimal"
              value={draft.weights[index] ?? ""}
              onChange={(weight) =>
                setDraft({ ...draft, weights: draft.weights.with(index, weight) })
              }
              error={index === 0 ? weightError : weightError === undefined ? undefined : ""}
            />
          ))}
        </fieldset>
      ) : null}
      <Refusal error={save.error} />
    </Dialog>
  );
}
