import { useQuery } from "@tanstack/react-query";
import { listPeopleOptions } from "../api/client/@tanstack/react-query.gen";
import { absent } from "../kit";

const PEOPLE_MAX = 200;
const PEOPLE = listPeopleOptions({ query: { limit: PEOPLE_MAX } });

/** The name behind the id of a person; the id itself for programs and those beyond the first 200. */
export function usePeople(): (id: string) => string {
  const { data } = useQuery(PEOPLE);
  const names = new Map((data?.items ?? []).map((person) => [person.id, person.name]));
  return (id) => names.get(id) ?? (id === "" ? "The server" : id);
}

/** What a panel with names of people lacks while they cannot be read. */
export function useMissingPeople(): string[] {
  return absent(useQuery(PEOPLE), "names of people");
}
