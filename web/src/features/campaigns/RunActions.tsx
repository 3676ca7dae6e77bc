import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useNavigate } from "react-router";
import type { CampaignRun, Job } from "../../api/client";
import { startCampaignRunMutation } from "../../api/client/@tanstack/react-query.gen";
import { newIdempotencyKey } from "../../api/http";
import { Button, ConfirmDialog, toastProblem } from "../../kit";
import { useCan } from "../../shell/session";
import { useJobActions } from "../../shell/useJobActions";
import { isAtWork } from "./stages";

/** Cancel while it runs, retry when it broke off, run anew when it is done. */
export function RunActions({ run, job }: { run: CampaignRun; job: Job | undefined }) {
  const canEdit = useCan("editor");
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const key = useRef(newIdempotencyKey());
  const { cancel, retry } = useJobActions("The run", () => setAsking(false));
  const again = useMutation({
    ...startCampaignRunMutation(),
    onSuccess: ({ run: next }) => {
      key.current = newIdempotencyKey();
      void navigate(`/campaigns/${run.campaign}/runs/${next}`);
    },
    onError: (error) => toastProblem(error, "The run"),
  });
  if (!canEdit) return null;
  if (isAtWork(run.state))
    return (
      <>
        <Button
          variant="danger"
          why={job?.is_cancel_requested ? "It was asked to stop" : undefined}
          onPress={() => setAsking(true)}
        >
          Cancel run
        </Button>
        <ConfirmDialog
          title="Cancel this run?"
          isOpen={isAsking}
          onClose={() => setAsking(false)}
          verb="Cancel run"
          isPending={cancel.isPending}
          onConfirm={() => cancel.mutate({ path: { job: run.job } })}
        >
          <p>
            Finished stages stay. The run can go on later from where it was; nothing was sent to
            anybody.
          </p>
        </ConfirmDialog>
      </>
    );
  return (
    <>
      {run.state === "succeeded" ? null : (
        <Button
          variant="primary"
          isPending={retry.isPending}
          onPress={() => retry.mutate({ path: { job: run.job } })}
        >
          Retry
        </Button>
      )}
      <Button
        isPending={again.isPending}
        onPress={() =>
          again.mutate({
            path: { campaign: run.campaign },
            headers: { "Idempotency-Key": key.current },
          })
        }
      >
        Run again
      </Button>
    </>
  );
}
