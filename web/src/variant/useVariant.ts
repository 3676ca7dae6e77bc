import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { User, Variant } from "../api/client";
import {
  getVariantQueryKey,
  listUsersOptions,
  screenVariantMutation,
} from "../api/client/@tanstack/react-query.gen";
import { hasTag } from "../api/query";
import { statusOf, toast, toastProblem } from "../kit";
import { useCan } from "../shell/session";

const PEOPLE_MAX = 200;
const TOUCHED = new Set(["generation", "safety"]);

/** Puts a changed variant where it is shown and makes the lists read again. */
export function useTakeVariant(): (after: Variant) => void {
  const client = useQueryClient();
  return (after) => {
    client.setQueryData(getVariantQueryKey({ path: { variant: after.id } }), after);
    void client.invalidateQueries({
      predicate: (query) =>
        hasTag(query.queryKey, TOUCHED) &&
        (query.queryKey[0] as { _id?: string })._id !== "getVariant",
    });
  };
}

/** Screens the present words and says what came out. */
export function useScreenAgain() {
  const take = useTakeVariant();
  return useMutation({
    ...screenVariantMutation(),
    onSuccess: (after) => {
      take(after);
      const { word, tone } = statusOf.variant(after.state);
      toast(`Screened: ${word.toLowerCase()}.`, { tone: tone === "bad" ? "warn" : tone });
    },
    onError: (error) => toastProblem(error, "The variant"),
  });
}

/** The people of the workspace; undefined for those who may not read them. */
export function useUsers(): readonly User[] | undefined {
  const mayRead = useCan("admin");
  const { data } = useQuery({
    ...listUsersOptions({ query: { limit: PEOPLE_MAX } }),
    enabled: mayRead,
  });
  return data?.items;
}
