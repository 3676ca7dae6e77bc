import { useQuery } from "@tanstack/react-query";
import { listUsersOptions } from "../api/client/@tanstack/react-query.gen";
import { useCan, useSession } from "./session";

const PEOPLE_MAX = 200;

/**
 * The name behind the id of a person; the id itself for programs and those beyond the first 200.
 * Only administrators may read the names: everybody else sees who is meant by "You" or not at all.
 */
export function usePeople(): (id: string) => string {
  const session = useSession();
  const mayRead = useCan("admin");
  const { data } = useQuery({
    ...listUsersOptions({ query: { limit: PEOPLE_MAX } }),
    enabled: mayRead,
  });
  const names = new Map((data?.items ?? []).map((user) => [user.id, user.name]));
  return (id) => {
    if (id === "") return "The server";
    if (!mayRead) return id === session.id ? "You" : "A colleague";
    return names.get(id) ?? id;
  };
}
