import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Job } from "../api/client";
import {
  cancelJobMutation,
  getJobQueryKey,
  retryJobMutation,
} from "../api/client/@tanstack/react-query.gen";
import { toast, toastProblem } from "../kit";

/**
 * Cancel and retry of a job, with what is said of them. `name` stands in the failures ("The run");
 * `onCancelled` is called when the question may close, answered or failed.
 */
export function useJobActions(name: string, onCancelled: () => void) {
  const client = useQueryClient();
  const take = (after: Job) =>
    client.setQueryData(getJobQueryKey({ path: { job: after.id } }), after);
  const onError = (error: unknown) => toastProblem(error, name);
  const cancel = useMutation({
    ...cancelJobMutation(),
    onSuccess: (after) => {
      take(after);
      toast(
        after.state === "cancelled" ? "Cancelled." : "Asked to stop; its present step ends first.",
      );
    },
    onError,
    onSettled: onCancelled,
  });
  const retry = useMutation({
    ...retryJobMutation(),
    onSuccess: (after) => {
      take(after);
      toast("Queued again. What is finished is kept.");
    },
    onError,
  });
  return { cancel, retry };
}
