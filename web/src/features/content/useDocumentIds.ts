import { useQuery } from "@tanstack/react-query";
import { listDocumentsOptions } from "../../api/client/@tanstack/react-query.gen";

const NAMES_MAX = 200;

/** Ids of documents by name: a hit of a search carries the name only. Covers the newest 200. */
export function useDocumentIds(): ReadonlyMap<string, string> {
  const { data } = useQuery(listDocumentsOptions({ query: { limit: NAMES_MAX } }));
  return new Map((data?.items ?? []).map((each) => [each.content.name ?? each.id, each.id]));
}
