import { useQueryClient } from "@tanstack/react-query";
import { signOut } from "../api/client";
import { basePath } from "../api/http";
import { problemOf } from "../api/problem";
import { toastProblem } from "../kit/Toast";

/** Ends the session on the server, then loads the sign-in anew: nothing read stays in memory. */
export function useSignOut(): () => void {
  const client = useQueryClient();
  return () => {
    void signOut()
      .catch((error: unknown) => {
        if (problemOf(error).kind !== "signed-out") throw error;
      })
      .then(() => {
        client.clear();
        window.location.assign(`${basePath()}/sign-in`);
      })
      .catch((error: unknown) => toastProblem(error, "The session"));
  };
}
