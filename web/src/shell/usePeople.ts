import { useQuery } from "@tanstack/react-query";
import { listPeopleOptions } from "../api/client/@tanstack/react-query.gen";

const PEOPLE_MAX = 200;

/** The name behind the id of a person; the id itself for programs and those beyond the first 200. */
export function usePeople(): (id: string) => string {
  const { data } = useQuery(listPeopleOptions({ query: { limit: PEOPLE_MAX } }));
  const names = new Map((data?.items ?? []).map((person) => [person.id, person.name]));
  return (id) => names.get(id) ?? (id === "" ? "The server" : id);
}
