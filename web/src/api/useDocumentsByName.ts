import { useQuery } from "@tanstack/react-query";
import { listDocuments, type Document } from "./client";
import { listDocumentsQueryKey } from "./client/@tanstack/react-query.gen";

const PAGE = 200;
const PAGES_MAX = 5;

/** The documents of the workspace by name; the contract has no way to ask for one by its name. */
export function useDocumentsByName() {
  const key = listDocumentsQueryKey({ query: { limit: PAGE } });
  return useQuery({
    queryKey: [{ ...key[0], isWhole: true }] as const,
    queryFn: async ({ signal }): Promise<Record<string, Document>> => {
      const found: Record<string, Document> = {};
      let before: string | null = null;
      for (let page = 0; page < PAGES_MAX; ++page) {
        const { data }: { data: { items: Document[]; next: string | null } } = await listDocuments({
          query: { limit: PAGE, ...(before ? { before } : {}) },
          signal,
          throwOnError: true,
        });
        for (const document of data.items) found[document.content.name ?? document.id] = document;
        before = data.next;
        if (before === null) break;
      }
      return found;
    },
  });
}
